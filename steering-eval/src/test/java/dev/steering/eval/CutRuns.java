package dev.steering.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs that were cut off at random places of their logs, as a kill leaves them.
 *
 * @param whole a run that nothing interrupted
 * @param logs the files that grow
 * @param results the files that must be the same in the end
 */
record CutRuns(Path whole, List<String> logs, List<String> results) {
    void assertGoOnToTheSameBytes(Path directory, int trials, Consumer<Path> run) throws IOException {
        Random random = new Random(11);
        for (int trial = 0; trial < trials; trial++) {
            Path cut = Files.createDirectory(directory.resolve("cut" + trial));
            Files.copy(whole.resolve("run.json"), cut.resolve("run.json"));
            for (String log : logs) {
                byte[] bytes = Files.readAllBytes(whole.resolve(log));
                Files.write(cut.resolve(log), Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            }
            run.accept(cut);
            for (String file : results) {
                assertArrayEquals(
                        Files.readAllBytes(whole.resolve(file)),
                        Files.readAllBytes(cut.resolve(file)),
                        cut + " " + file);
            }
        }
    }
}
