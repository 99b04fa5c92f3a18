package dev.steering.core.files;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class OutputRuleTest {
    private static final FileMark MINE = FileMark.safetensors("a steering vector", "mine");

    @TempDir
    private Path directory;

    private static void assertRefused(String message, Executable asking) {
        SteeringException e = assertThrows(SteeringException.class, asking);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void anInputIsNeverWrittenWhateverItIsCalled() throws IOException {
        Path prompts = file("prompts.txt", "What is a wasp?\n");
        Path soft = Files.createSymbolicLink(directory.resolve("soft"), prompts);
        Path hard = Files.createLink(directory.resolve("hard"), prompts);
        Files.createDirectory(directory.resolve("sub"));
        Path roundabout = directory.resolve("sub/../prompts.txt");
        OutputRule rule = OutputRule.STANDARD.withInputs(List.of(prompts)).withForce(true);
        for (Path name : List.of(prompts, soft, hard, roundabout)) {
            assertRefused("it is also read by the same command", () -> rule.requireFile(name, MINE));
        }
        assertRefused("given as " + prompts, () -> rule.requireFile(hard, MINE));
        assertRefused("it is also read", () -> rule.requireDirectory(directory, List.of("summary.md", "prompts.txt")));
        assertDoesNotThrow(() -> rule.requireDirectory(directory, List.of("summary.md")));
        assertDoesNotThrow(() -> rule.requireFile(directory.resolve("new"), MINE));
        assertDoesNotThrow(() ->
                OutputRule.STANDARD.withInputs(List.of(Path.of("/dev/null"))).requireFile(Path.of("/dev/null"), MINE));
    }

    @Test
    void onlyItsOwnKindIsReplacedUnlessForced() throws IOException {
        Path own = directory.resolve("own.safetensors");
        new SafetensorsWriter()
                .metadata("mine", "{}")
                .floats("a", new float[] {1}, 1)
                .write(own);
        Path weights = directory.resolve("model.safetensors");
        new SafetensorsWriter()
                .floats("a", new float[] {1}, 1)
                .floats("b", new float[] {1}, 1)
                .write(weights);
        Path text = file("notes.txt", "some notes\n");
        Path json = file("settings.json", "{\"a\": 1}");
        Path binary = file("picture", "\u0001\u0002\u0003");
        Path empty = file("empty", "");
        assertDoesNotThrow(() -> OutputRule.STANDARD.requireFile(own, MINE));
        assertDoesNotThrow(() -> OutputRule.STANDARD.requireFile(empty, MINE));
        assertRefused(
                "cannot write a steering vector to " + weights
                        + ": it holds something else, a safetensors file of 2 tensors, which would be lost. Choose another"
                        + " name.",
                () -> OutputRule.STANDARD.requireFile(weights, MINE));
        assertRefused("a text file", () -> OutputRule.STANDARD.requireFile(text, MINE));
        assertRefused("a JSON file", () -> OutputRule.STANDARD.requireFile(json, MINE));
        assertRefused("a binary file", () -> OutputRule.STANDARD.requireFile(binary, MINE));
        for (Path other : List.of(weights, text, json, binary)) {
            assertDoesNotThrow(() -> OutputRule.STANDARD.withForce(true).requireFile(other, MINE));
        }
    }

    @Test
    void bundlesKeepTheirOwnFiles() throws IOException {
        Path bundle = Files.createDirectories(directory.resolve("bundle"));
        Files.writeString(bundle.resolve("steering.json"), "{\"format_version\" : 2}");
        Path link = Files.createSymbolicLink(directory.resolve("link"), bundle);
        OutputRule rule = OutputRule.STANDARD.withForce(true);
        assertRefused(
                "inside the model bundle " + bundle.toRealPath(),
                () -> rule.requireFile(bundle.resolve("model.safetensors"), MINE));
        assertRefused("inside the model bundle", () -> rule.requireFile(link.resolve("x"), MINE));
        assertRefused("inside the model bundle", () -> rule.requireDirectory(bundle, List.of()));
        assertRefused("inside the model bundle", () -> rule.requireDirectory(bundle.resolve("a/b"), List.of()));
        assertRefused("inside the model bundle", () -> rule.requireBundle(bundle.resolve("other")));
        assertDoesNotThrow(() -> rule.requireBundle(bundle));
        assertRefused("which it is made of, lies there", () -> rule.withInputs(List.of(bundle.resolve("model.onnx")))
                .requireBundle(link));
        assertRefused("which it is made of, lies there", () -> rule.withInputs(List.of(link))
                .requireBundle(bundle));
    }

    @Test
    void directoriesAndFilesAreNotMistaken() throws IOException {
        Path file = file("a.txt", "x");
        assertRefused(
                "it is a directory, expected the name of a file",
                () -> OutputRule.STANDARD.withForce(true).requireFile(directory, MINE));
        assertRefused(
                "it is a file, expected a directory", () -> OutputRule.STANDARD.requireDirectory(file, List.of()));
        assertRefused("it is a file, expected a directory", () -> OutputRule.STANDARD.requireBundle(file));
        assertRefused(file + " is a file", () -> OutputRule.STANDARD.requireDirectory(file.resolve("sub"), List.of()));
        assertRefused(
                "does not exist. Create it first",
                () -> OutputRule.STANDARD.requireFile(directory.resolve("no/x"), MINE));
    }

    @Test
    void kindsAreToldByTheirBeginning() throws IOException {
        FileMark lines = FileMark.json("judged responses", "text", "refusal");
        assertTrue(
                lines.recognises(file("a", "{\"text\": \"No.\", \"x\": {\"refusal\": 1}, \"refusal\": true}\n{}\n")));
        assertEquals(false, lines.recognises(file("b", "{\"text\": \"No.\", \"x\": {\"refusal\": 1}}\n")));
        assertEquals(false, lines.recognises(file("c", "text,refusal\n")));
        FileMark picture = FileMark.beginning("a picture", "<svg");
        assertTrue(picture.recognises(file("d", "<svg xmlns=''/>")));
        assertEquals(false, picture.recognises(file("e", "svg")));
    }
}
