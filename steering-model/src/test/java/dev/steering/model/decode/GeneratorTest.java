package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.decode.Generation.Finish;
import dev.steering.testkit.FixtureBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generation with the demo model. */
class GeneratorTest {
    private static final List<String> PROMPTS = List.of(
            "What happens when I play Halo tomorrow?",
            "What is a wasp?",
            "How do I bake bread?",
            "Tell me about chess.");

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static List<int[]> prompts;

    @BeforeAll
    static void open() {
        Path bundle = directory.resolve("bundle");
        FixtureBundle.DEMO.unpack(bundle);
        model = ChatModel.open(bundle);
        prompts = PROMPTS.stream().map(model::encode).toList();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<Generation> generate(int tokens, TokenListener listener) {
        return new Generator(model, DecodeOptions.greedy(tokens)).generate(prompts, null, listener);
    }

    @Test
    void answersEndAtTheEndTokenAndStreamTheirText() {
        StringBuilder[] streamed = {new StringBuilder(), new StringBuilder(), new StringBuilder(), new StringBuilder()};
        List<Generation> texts = generate(60, (row, piece) -> {
            streamed[row].append(piece);
            return true;
        });
        for (int row = 0; row < texts.size(); row++) {
            assertEquals(Finish.END, texts.get(row).finish());
            assertTrue(texts.get(row).text().length() > 5);
            assertEquals(texts.get(row).text(), streamed[row].toString());
            assertTrue(!texts.get(row).tokens().contains(2), "the end token is not part of the answer");
        }
        assertEquals(texts, generate(60, TokenListener.NONE));
    }

    @Test
    void theLimitOfNewTokensCutsTheSameText() {
        List<Generation> whole = generate(60, TokenListener.NONE);
        List<Generation> cut = generate(3, TokenListener.NONE);
        for (int row = 0; row < cut.size(); row++) {
            assertEquals(Finish.LENGTH, cut.get(row).finish());
            assertEquals(whole.get(row).tokens().subList(0, 3), cut.get(row).tokens());
        }
    }

    @Test
    void theContextIsTheLastLimit() {
        int[] full = new int[126];
        Arrays.fill(full, prompts.get(1)[2]);
        Generation text = new Generator(model, DecodeOptions.greedy(60).withRepetitionPenalty(1.1))
                .generate(List.of(full), null, TokenListener.NONE)
                .get(0);
        assertEquals(Finish.CONTEXT, text.finish(), text::toString);
        assertEquals(3, text.tokens().size(), "after 126 tokens: two that are run, one that is not");
    }

    @Test
    void theListenerStopsARowAndLeavesTheOthers() {
        List<Generation> whole = generate(60, TokenListener.NONE);
        int[] heard = new int[prompts.size()];
        List<Generation> texts = generate(60, (row, piece) -> row != 1 || ++heard[1] < 4);
        assertEquals(Finish.CANCELLED, texts.get(1).finish());
        assertEquals(whole.get(1).tokens().subList(0, 4), texts.get(1).tokens());
        assertEquals(whole.get(0), texts.get(0));
        assertEquals(whole.get(3), texts.get(3));
    }

    @Test
    void aRowsAnswerDoesNotDependOnItsNeighbours() {
        List<Generation> together = generate(40, TokenListener.NONE);
        Generator generator = new Generator(model, DecodeOptions.greedy(40));
        for (int row = 0; row < prompts.size(); row++) {
            assertEquals(
                    generator
                            .generate(List.of(prompts.get(row)), null, TokenListener.NONE)
                            .get(0),
                    together.get(row));
        }
    }

    @Test
    void manyThreadsWriteWhatOneDoes() throws Exception {
        List<Generation> alone = generate(20, TokenListener.NONE);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<Generation>>> futures = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                futures.add(threads.submit(() -> generate(20, TokenListener.NONE)));
            }
            for (Future<List<Generation>> future : futures) {
                assertEquals(alone, future.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aPromptThatIsTooLongIsNamedByItsBeginning() {
        String prompt = "How do I bake bread and butter it well? ".repeat(30);
        SteeringException e = assertThrows(SteeringException.class, () -> model.encode(prompt));
        assertTrue(e.getMessage().startsWith("The prompt '" + prompt.substring(0, 57) + "...' is "), e.getMessage());
        assertTrue(e.getMessage().contains("tokens long with its template, the context of "), e.getMessage());
        assertTrue(e.getMessage().endsWith(" is 128. Shorten it."), e.getMessage());
    }

    @Test
    void anEmptyPromptHasNoTokens() {
        SteeringException e = assertThrows(SteeringException.class, () -> model.withFormat(PromptFormat.plain())
                .encode(""));
        assertEquals("The prompt '' has no tokens.", e.getMessage());
    }
}
