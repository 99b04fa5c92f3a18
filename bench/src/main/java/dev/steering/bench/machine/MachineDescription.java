package dev.steering.bench.machine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the machine says about itself. */
public final class MachineDescription {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private MachineDescription() {}

    /** @return the processor's name, or its architecture where it does not say */
    public static String processor() {
        try {
            if (Files.isReadable(PROCESSORS)) {
                return Files.readString(PROCESSORS, StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(architecture());
            }
        } catch (IOException e) {
            // Without a name the report is still complete.
        }
        return architecture();
    }

    /** @return bytes of memory; 0 where the JVM does not say */
    public static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    /** @return operating system and architecture */
    public static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + ", " + architecture();
    }

    private static String architecture() {
        return System.getProperty("os.arch");
    }
}
