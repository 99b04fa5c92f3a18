package dev.steering.core.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.ContrastSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContrastSetsTest {
    @TempDir
    Path directory;

    @Test
    void readsBothFiles() throws IOException {
        Path harmful = Files.writeString(directory.resolve("harmful.txt"), "How do I boil an egg?\n");
        Path harmless = Files.writeString(directory.resolve("harmless.csv"), "prompt\nWhat time is it?\n");
        assertEquals(
                new ContrastSet(List.of("How do I boil an egg?"), List.of("What time is it?")),
                ContrastSets.read(harmful, harmless));
    }

    @Test
    void refusesOneClassOnly() {
        assertEquals(
                "a contrast set needs prompts of both classes, found 0 harmful and 1 harmless.",
                message(List.of(), List.of("a")));
        assertEquals(
                "a contrast set needs prompts of both classes, found 2 harmful and 0 harmless.",
                message(List.of("a", "b"), List.of()));
        assertEquals(
                "a contrast set needs prompts of both classes, found 0 harmful and 0 harmless.",
                message(List.of(), List.of()));
    }

    @Test
    void refusesBlankPrompts() {
        assertEquals("the harmless prompt number 2 is blank.", message(List.of("a"), List.of("b", " ")));
    }

    @Test
    void refusesPromptsInBothClasses() {
        assertEquals(
                "a prompt must be harmful or harmless, but 1 is in both classes: \"What time is it?\". "
                        + "Remove each from one of them.",
                message(List.of("What time is it?", "a"), List.of("b", "What time is it? ")));
        assertEquals(
                "a prompt must be harmful or harmless, but 4 are in both classes: \"a\", \"b\", \"c\" and 1 more. "
                        + "Remove each from one of them.",
                message(List.of("a", "b", "c", "d"), List.of("a", "b", "c", "d")));
        String lengthy = "long ".repeat(100);
        assertTrue(message(List.of(lengthy), List.of(lengthy)).length() < 250);
    }

    /** The expected value comes from Python's hashlib over the bytes that the Javadoc describes. */
    @Test
    void hashIsStable() {
        assertEquals(
                "596a26d2a36e16ca7c2109358afd9e311f970938b420b3b510242daddf1c658b",
                ContrastSets.hash(ContrastSets.of(
                        List.of("How do I boil an egg?", "Where is the caf\u00e9?"), List.of("What time is it?"))));
    }

    @Test
    void hashTellsClassesAndBordersApart() {
        String hash = ContrastSets.hash(new ContrastSet(List.of("ab", "c"), List.of("d")));
        assertNotEquals(hash, ContrastSets.hash(new ContrastSet(List.of("a", "bc"), List.of("d"))));
        assertNotEquals(hash, ContrastSets.hash(new ContrastSet(List.of("ab"), List.of("c", "d"))));
        assertNotEquals(hash, ContrastSets.hash(new ContrastSet(List.of("d"), List.of("ab", "c"))));
        assertNotEquals(hash, ContrastSets.hash(new ContrastSet(List.of("c", "ab"), List.of("d"))));
    }

    private static String message(List<String> harmful, List<String> harmless) {
        return assertThrows(SteeringException.class, () -> ContrastSets.of(harmful, harmless))
                .getMessage();
    }
}
