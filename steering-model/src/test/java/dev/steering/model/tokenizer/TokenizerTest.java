package dev.steering.model.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.ModelClosed;
import dev.steering.core.SteeringException;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokenizer and its streaming decoder, on the demo model's byte-level BPE. */
class TokenizerTest {
    private static Tokenizer tokenizer;

    @TempDir
    private Path directory;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(Fixtures.demoModel().resolve("hf/tokenizer.json"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How do I bake bread?",
                "  two leading spaces, one trailing ",
                "tea \u2615 and cake \uD83C\uDF70\uD83C\uDF70 and a family \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67.",
                "\u4F60\u597D\uFF0C\u4E16\u754C\u3002 na\u00EFve caf\u00E9",
                "line one\nline two\n\n\ttab",
                "ends with \uD83D\uDE00"
            })
    void streamedPiecesMakeTheDecodedText(String text) {
        int[] tokens = tokenizer.encode(text, false);
        StreamingDecoder decoder = new StreamingDecoder(tokenizer);
        StringBuilder streamed = new StringBuilder();
        for (int token : tokens) {
            String piece = decoder.accept(token);
            assertTrue(piece.indexOf('\uFFFD') < 0, "a part of a character came out");
            streamed.append(piece);
        }
        streamed.append(decoder.finish());
        assertEquals(text, streamed.toString());
        assertEquals(text, tokenizer.decode(tokens, true));
    }

    @Test
    void aCharacterComesOutOnlyWhenItIsComplete() {
        int[] tokens = tokenizer.encode("\uD83D\uDE00", false);
        assertTrue(tokens.length > 1, "the emoji is split over several tokens");
        StreamingDecoder decoder = new StreamingDecoder(tokenizer);
        for (int i = 0; i + 1 < tokens.length; i++) {
            assertEquals("", decoder.accept(tokens[i]));
        }
        assertEquals("\uD83D\uDE00", decoder.accept(tokens[tokens.length - 1]));
        assertEquals("", decoder.finish());
    }

    @Test
    void aCharacterThatIsNeverCompletedComesAtTheEnd() {
        int[] tokens = tokenizer.encode("\uD83D\uDE00", false);
        StreamingDecoder decoder = new StreamingDecoder(tokenizer);
        assertEquals("", decoder.accept(tokens[0]));
        assertTrue(decoder.finish().indexOf('\uFFFD') >= 0);
    }

    @Test
    void nothingIsTruncated() {
        assertTrue(tokenizer.encode("bread and butter ".repeat(2000), false).length > 4000);
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = directory.resolve("tokenizer.json");
        SteeringException e = assertThrows(SteeringException.class, () -> Tokenizer.open(file));
        assertTrue(e.getMessage().startsWith("No tokenizer at " + file), e.getMessage());
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), "{\"model\": ");
        SteeringException e = assertThrows(SteeringException.class, () -> Tokenizer.open(file));
        assertTrue(e.getMessage().startsWith("The tokenizer " + file + " is damaged"), e.getMessage());
    }

    @Test
    void aClosedTokenizerIsRefused() {
        Path file = Path.of("../examples/demo-model/hf/tokenizer.json");
        Tokenizer closed = Tokenizer.open(file);
        closed.close();
        closed.close();
        ModelClosed e = assertThrows(ModelClosed.class, () -> closed.encode("a", true));
        assertEquals(
                "The tokenizer " + file
                        + " is closed and takes no new work. Open it again, or close it when nothing is left to do.",
                e.getMessage());
        assertThrows(ModelClosed.class, () -> closed.decode(new int[] {5}, true));
    }

    @Test
    void closingWhileItIsUsedNeverCrashes() throws Exception {
        String text = "How do I bake bread? ".repeat(20);
        int[] expected = tokenizer.encode(text, true);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicInteger answers = new AtomicInteger();
        for (int round = 0; round < 100; round++) {
            Tokenizer closing = Tokenizer.open(Path.of("../examples/demo-model/hf/tokenizer.json"));
            List<Future<?>> users = new ArrayList<>();
            for (int user = 0; user < 4; user++) {
                users.add(threads.submit(() -> {
                    try {
                        while (true) {
                            assertArrayEquals(expected, closing.encode(text, true));
                            closing.decode(expected, false);
                            answers.incrementAndGet();
                        }
                    } catch (ModelClosed e) {
                        return;
                    }
                }));
            }
            // Some answers before each close, however slow the machine is.
            int enough = answers.get() + round % 5;
            while (answers.get() < enough && users.stream().noneMatch(Future::isDone)) {
                Thread.onSpinWait();
            }
            Thread.sleep(round % 4, 4_000 * round);
            closing.close();
            for (Future<?> user : users) {
                user.get();
            }
        }
        threads.shutdown();
        assertTrue(answers.get() > 100, answers + " answers between the closes");
    }
}
