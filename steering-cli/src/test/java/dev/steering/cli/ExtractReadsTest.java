package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors that are read where they are written, from extraction to answers, as a user types it. */
class ExtractReadsTest {
    private static final String QUESTION = "How do I kill a Python process?";

    @TempDir
    private static Path directory;

    private static String bundle;
    private static String harmful;
    private static String harmless;

    @BeforeAll
    static void prepare() throws IOException {
        FewAnchors few = FewAnchors.in(directory);
        bundle = few.bundle();
        harmful = few.harmful();
        harmless = few.harmless();
    }

    private static CommandRun extract(Path file, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", file.toString()));
        line.addAll(List.of(more));
        return steer(line.toArray(String[]::new));
    }

    private static String answer(String method, Path vector, String... more) {
        List<String> line = new ArrayList<>(
                List.of("generate", "--model", bundle, "--method", method, "--vector", vector.toString(), QUESTION));
        line.addAll(List.of(more));
        return steer(line.toArray(String[]::new)).assertSucceeds().out();
    }

    @Test
    void alphaSteerFromPromptsToAnswers() throws IOException {
        Path file = directory.resolve("alpha.safetensors");
        String out = extract(file, "--method", "alphasteer").assertSucceeds().out();
        assertTrue(out.contains("alphasteer of 8 harmful and 8 harmless prompts, token last"), out);
        SteeringVector vector = VectorFile.read(file);
        assertEquals(6, vector.requireReads().rows().layers());
        Path again = directory.resolve("again.safetensors");
        extract(again, "--method", "alphasteer").assertSucceeds();
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
        steer("layers", file.toString(), "--model", bundle, "--harmful", harmful, "--harmless", harmless)
                .assertSucceeds();
        assertEquals(vector.requireReads(), VectorFile.read(file).requireReads(), "anchoring keeps them");
        assertTrue(answer("alphasteer", file).contains("I'm sorry"), "the prompt is read as harmful");
        assertTrue(answer("alphasteer", file, "--alpha", "0").length() > 20);

        Path other = directory.resolve("other.safetensors");
        extract(other, "--method", "alphasteer", "--refusal", file.toString(), "--null-share", "0.9", "--ridge", "1")
                .assertSucceeds();
        SteeringVector given = VectorFile.read(other);
        assertEquals(vector.directions(), given.directions());
        assertNotEquals(vector.requireReads(), given.requireReads());
        assertEquals(VectorFile.read(file).anchoring(), given.anchoring(), "what is given stays");
    }

    @Test
    void adaSteerFromPromptsToAnswers() {
        Path file = directory.resolve("ada.safetensors");
        extract(file, "--method", "adasteer", "--batch", "3").assertSucceeds();
        String plain = steer("generate", "--model", bundle, "--method", "default", QUESTION)
                .assertSucceeds()
                .out();
        String moved = answer("adasteer", file);
        assertTrue(moved.contains("Sure, to kill a Python process"), moved);
        assertEquals(plain, answer("adasteer", file, "--set", "adasteer-strength=0"));
        String both = answer(
                "adasteer",
                file,
                "--set",
                "rejection-law=3:0.004,60,-0.12,inf",
                "--set",
                "harm-vector=" + file,
                "--set",
                "harm-law=4:0.001,50,-inf,1",
                "--layers",
                "3");
        assertTrue(both.length() > 20, both);
    }

    @Test
    void whatWouldBeIgnoredOrCannotBeIsAnError() {
        Path file = directory.resolve("none.safetensors");
        extract(file, "--ridge", "2")
                .assertWrongUsage(
                        "--ridge belongs to --method alphasteer: mean-difference would" + " ignore it. Leave it out.");
        extract(file, "--method", "adasteer", "--refusal", "x").assertWrongUsage("--refusal belongs to --method");
        extract(file, "--method", "alphasteer", "--null-share", "1")
                .assertWrongUsage("The share of dimensions must be above 0 and below 1, found 1.");
        extract(file, "--method", "alphasteer", "--epochs", "2")
                .assertWrongUsage("--epochs belongs to --method optimized");
        extract(file, "--method", "magic").assertWrongUsage("alphasteer, adasteer and optimized.");
        assertTrue(Files.notExists(file));
        extract(file).assertSucceeds();
        steer("generate", "--model", bundle, "--method", "alphasteer", "--vector", file.toString(), QUESTION)
                .assertFails("needs a vector that has read vectors, and this one has none");
    }
}
