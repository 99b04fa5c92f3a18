package dev.steering.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.testkit.FixtureBundle;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own, and a driver in another. */
@Tag("slow")
class ClusterTest {
    private static final int MINUTES = 8;
    private static final String MASTER = "local-cluster[2,1,1024]";
    private static final String LOCAL = "local[2]";

    @TempDir
    private Path directory;

    private Process start(String what, String master, Path log) throws IOException {
        Path home =
                Files.createDirectories(directory.resolve("spark-home/jars")).getParent();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Djdk"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx1g",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ClusterJob.class.getName(),
                master,
                what,
                FixtureBundle.DEMO
                        .unpack(Path.of("target", "demo-bundle"))
                        .toAbsolutePath()
                        .toString(),
                directory.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SPARK_HOME", home.toString(), "SPARK_SCALA_VERSION", "2.13", "SPARK_LOCAL_IP", "127.0.0.1"));
        return builder.start();
    }

    private List<String> finished(String what, String master) throws Exception {
        Path log = directory.resolve(what + ".log");
        Process process = start(what, master, log);
        try {
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), () -> text(log));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(log);
        assertTrue(lines.contains("done"), () -> text(log));
        return lines;
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String value(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + lines))
                .substring(name.length() + 1);
    }

    @Test
    void anExecutorIsKilledATaskFailsAndAnotherIsRunTwice() throws Exception {
        List<String> lines = finished("extract", MASTER);
        assertTrue(Double.parseDouble(value(lines, "distance")) < 1e-6, lines.toString());
        assertTrue(Double.parseDouble(value(lines, "transitions")) < 1e-6, lines.toString());
        assertEquals("64 64", value(lines, "prompts"));
        assertEquals("[poisoned] 1", value(lines, "left out"));
        assertTrue(Integer.parseInt(value(lines, "executors lost")) >= 1, lines.toString());
        assertTrue(Integer.parseInt(value(lines, "tasks failed")) >= 2, lines.toString());
        assertTrue(Integer.parseInt(value(lines, "speculative")) >= 1, lines.toString());
        assertTrue(Files.exists(directory.resolve("halted")) && Files.exists(directory.resolve("slow")));
    }

    @Test
    void aDriverIsKilledAndAnotherGoesOn() throws Exception {
        Path log = directory.resolve("first.log");
        Path table = directory.resolve("table");
        Process first = start("evaluate", MASTER, log);
        long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
        while (files(table) == 0 && first.isAlive() && System.nanoTime() < until) {
            Thread.sleep(50);
        }
        List<ProcessHandle> executors = first.descendants().toList();
        first.destroyForcibly().waitFor();
        executors.forEach(ProcessHandle::destroyForcibly);
        assertTrue(files(table) > 0, () -> text(log));
        List<String> again = finished("evaluate", LOCAL);
        int answered = Integer.parseInt(value(again, "answered"));
        assertTrue(answered > 0 && answered < 80, again.toString());
        Files.move(table, directory.resolve("table-before"));
        List<String> whole = finished("evaluate", LOCAL);
        assertEquals("80", value(whole, "answered"));
        assertEquals(csv(whole), csv(again));
        assertTrue(csv(whole).size() >= 6, whole.toString());
    }

    private static List<String> csv(List<String> lines) {
        return lines.stream()
                .filter(line -> line.matches("(method|default|scans),.*"))
                .toList();
    }

    private static long files(Path table) throws IOException {
        if (!Files.isDirectory(table)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(table)) {
            return all.filter(file -> file.getFileName().toString().matches("part-.*\\.parquet"))
                    .count();
        }
    }
}
