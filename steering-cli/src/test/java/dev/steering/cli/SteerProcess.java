package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** {@code steer} in a process of its own, which can be killed. */
final class SteerProcess {
    private SteerProcess() {}

    static Process start(Path log, List<String> arguments) throws IOException {
        return builder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** With what it prints in a file of its own. */
    static Process start(Path out, Path err, List<String> arguments) throws IOException {
        return builder(arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    private static ProcessBuilder builder(List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(line(arguments));
        setClassPath(builder);
        return builder;
    }

    /** The words of a command line that runs it, in an environment with the class path. */
    static List<String> line(List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:+UseSerialGC", "dev.steering.cli.Steer"));
        line.addAll(arguments);
        return line;
    }

    /** As the steer script does: through the environment, because the library crashes on very long command lines. */
    static void setClassPath(ProcessBuilder builder) {
        builder.environment().put("CLASSPATH", Objects.requireNonNull(System.getProperty("java.class.path")));
    }

    static void complete(Path log, List<String> arguments) throws IOException, InterruptedException {
        succeed(start(log, arguments), log);
    }

    static void succeed(Process process, Path log) throws IOException, InterruptedException {
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), Files.readString(log));
    }
}
