package dev.steering.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory that this process takes, as Linux counts it.
 *
 * @param peak most bytes that were resident at once
 * @param resident bytes that are resident
 * @param mapped those of them that are pages of files, which the system can take back at any time
 */
public record ProcessMemory(long peak, long resident, long mapped) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path REFERENCES = Path.of("/proc/self/clear_refs");
    private static final String FORGET_PEAK = "5";
    private static final Pattern LINE = Pattern.compile("(VmHWM|VmRSS|RssFile):\\s+(\\d+) kB");

    /** @return the memory; empty where the system does not say, as anywhere but on Linux */
    public static Optional<ProcessMemory> now() {
        try {
            return Files.isReadable(STATUS) ? parse(Files.readString(STATUS)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Starts a new peak from what is resident now.
     *
     * @return whether the system allows that
     */
    public static boolean forgetPeak() {
        try {
            if (!Files.isWritable(REFERENCES)) {
                return false;
            }
            Files.writeString(REFERENCES, FORGET_PEAK, StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static Optional<ProcessMemory> parse(String status) {
        Map<String, Long> bytes = new HashMap<>();
        Matcher line = LINE.matcher(status);
        while (line.find()) {
            bytes.put(line.group(1), Long.parseLong(line.group(2)) << 10);
        }
        Long peak = bytes.get("VmHWM");
        Long resident = bytes.get("VmRSS");
        return peak == null || resident == null
                ? Optional.empty()
                : Optional.of(new ProcessMemory(peak, resident, bytes.getOrDefault("RssFile", 0L)));
    }
}
