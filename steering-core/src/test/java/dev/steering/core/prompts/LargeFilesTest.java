package dev.steering.core.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 100,000 rows of 60 MB are read by a virtual machine that has less memory than that. */
class LargeFilesTest {
    private static final int ROWS = 100_000;
    private static final String BALLAST = "x".repeat(500);

    @TempDir
    private Path directory;

    /** What the small machine does: a random few of each side, with the progress that it was told. */
    static final class Reading {
        private Reading() {}

        public static void main(String[] args) {
            long[] told = {0, 0};
            Dataset dataset = DatasetReader.withDefaults()
                    .withSample(new Sample(100, true, 7))
                    .withProgress((stage, done, total) -> {
                        told[0]++;
                        told[1] = Math.max(told[1], 100 * done / total);
                    })
                    .read(DatasetSpec.parse(args[0]));
            long prompts = dataset.prompts().stream().distinct().count();
            System.out.print(dataset.found() + " " + prompts + " "
                    + dataset.prompts().get(0).text() + " " + (told[0] > 300) + " " + told[1]);
        }
    }

    private Path file(String ending) throws IOException {
        Path file = directory.resolve("large." + ending);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(ending.equals("csv") ? "prompt,label,response_text\n" : ending.equals("json") ? "[" : "");
            for (int i = 0; i < ROWS; i++) {
                String prompt = "What is number " + i + "?";
                String label = i % 4 == 0 ? "unsafe" : "safe";
                String object =
                        "{\"prompt\":\"" + prompt + "\",\"label\":\"" + label + "\",\"ballast\":\"" + BALLAST + "\"}";
                switch (ending) {
                    case "csv" -> out.write(prompt + "," + label + ",\"" + BALLAST + "\n" + i + "\"\n");
                    case "json" -> out.write((i == 0 ? "" : ",\n") + object);
                    default -> out.write(object + "\n");
                }
            }
            out.write(ending.equals("json") ? "]" : "");
        }
        return file;
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"csv", "jsonl", "json"})
    void areReadInLittleMemory(String ending) throws Exception {
        Path file = file(ending);
        assertTrue(Files.size(file) > 50_000_000, "larger than the memory of the process below");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Reading.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try (InputStream in = process.getInputStream()) {
            String said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
            assertTrue(said.startsWith("{COMPLY=75000, REFUSE=25000} 200 What is number "), said);
            assertTrue(said.endsWith("? true 100"), said);
        }
    }

    /** The choice of a sample does not depend on how it is made. */
    @Test
    void aSampleIsThatOfAWholeShuffle() {
        for (int count : new int[] {1, 7, 50, 400}) {
            for (int limit : new int[] {1, 5, 49, 1000}) {
                int[] chosen = new Sample(limit, true, 11).of(count);
                assertEquals(Math.min(limit, count), chosen.length);
                assertEquals(chosen.length, Arrays.stream(chosen).distinct().count());
                assertTrue(Arrays.stream(chosen).allMatch(i -> i >= 0 && i < count));
            }
        }
        assertEquals(
                List.of(2, 2),
                new Sample(5, false, 0)
                        .balanced(List.of(List.of("a", "b"), List.of("c", "d", "e"))).stream()
                                .map(List::size)
                                .toList());
    }
}
