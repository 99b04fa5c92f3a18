package dev.steering.apply.adacd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.BadRequest;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** AdaCD against its public code on the demo model ({@code golden_adacd.py}). */
class AdaCdTest {
    @TempDir
    private static Path directory;

    private static ChatModel model;

    @BeforeAll
    static void open() {
        model = DemoModel.open(directory);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Stream<JsonNode> cases() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/adacd.json").toFile());
        return StreamSupport.stream(golden.path("cases").spliterator(), false);
    }

    /** Where the code chose by a hair's breadth another implementation may choose otherwise. */
    @ParameterizedTest
    @MethodSource("cases")
    void textsAreThoseOfThePublicCodeBatchedAndSingle(JsonNode wanted) {
        AdaCd method = new AdaCd(
                model,
                new AdaCdSettings(
                        wanted.path("ratio").asDouble(),
                        wanted.path("lmd").asDouble(),
                        wanted.path("beta").asDouble(),
                        wanted.path("step").asInt(),
                        AdaCdSettings.defaults().extreme()));
        List<String> prompts = new ArrayList<>();
        wanted.path("rows").forEach(row -> prompts.add(row.path("prompt").asText()));
        for (int batch : new int[] {1, 16}) {
            Answering answering = Answering.with(model)
                    .withOptions(GenerationOptions.greedy(24))
                    .withBatch(batch);
            List<Answer> answers = answering.answer(prompts, method);
            int compared = 0;
            for (int i = 0; i < prompts.size(); i++) {
                JsonNode row = wanted.path("rows").get(i);
                if (row.path("smallest_gap").asDouble() > 1e-3) {
                    assertEquals(row.path("text").asText(), answers.get(i).text(), prompts.get(i));
                    compared++;
                }
            }
            assertTrue(compared > 35, compared + " compared");
        }
    }

    /** By hand: two tokens that matter, one that is not plausible, one that is impossible. */
    @Test
    void theEffectIsPutOnTopWhereBothAgreeAndElseTakenBack() {
        float none = Float.NEGATIVE_INFINITY;
        AdaptiveContrast contrast = new AdaptiveContrast(2, 0.9, 0.01);
        float[] sure = {5, 1, -3, none};
        contrast.combine(sure, new float[] {5.5f, 1.5f, 0, 1}, 0);
        assertArrayEquals(new float[] {4, 0, none, none}, sure);
        float[] unsure = {5, 1, -3, none};
        contrast.combine(unsure, new float[] {2, 3, 0, 1}, 0);
        assertArrayEquals(
                new float[] {-1, 5, 3, none}, unsure, "the extreme context's best is second in the plain one");
        float[] half = {5, 1, -3, none};
        new AdaptiveContrast(2, 0.5, 0.01).combine(half, new float[] {2.9f, 3, 0, 1}, 0);
        assertEquals(5 - 2 * (5 - 2.9f), half[0], 1e-5, "rank 2 is enough for 0.5, but the plain context is not sure");
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        AddedPrompt text = AdaCdSettings.defaults().extreme();
        assertMessage("AdaCD's ratio must be a finite number, found not a number.", Double.NaN, 0.9, 0.01, 10, text);
        assertMessage("AdaCD's agreement must be above 0 and at most 1, found 0.", 1, 0, 0.01, 10, text);
        assertMessage("AdaCD's plausibility bound must be from 0 to 1, found 2.", 1, 1, 2, 10, text);
        assertMessage("The number of tokens that AdaCD contrasts must be at least 1, found 0.", 1, 1, 1, 0, text);
    }

    private static void assertMessage(
            String message, double ratio, double agreement, double beta, int steps, AddedPrompt text) {
        assertEquals(
                message,
                assertThrows(BadRequest.class, () -> new AdaCdSettings(ratio, agreement, beta, steps, text))
                        .getMessage());
    }
}
