package dev.steering.apply.scans;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.SteeringVector.TransitionState;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SCANS classifies by the state that the vector's reference is of; the scores are transformers' ones. */
class PublishedStateTest {
    @Test
    void thePromptsLastLayerIsReadBehindTheFinalNorm(@TempDir Path directory) throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(
                        Path.of("src/test/resources/scans-published-state.json").toFile());
        SteeringVector plain = DemoModel.anchoredVector();
        int last = plain.layers() - 1;
        float[][] rows = new float[plain.layers()][];
        for (int layer = 0; layer < rows.length; layer++) {
            rows[layer] = plain.requireTransitionReference().row(layer);
        }
        for (int i = 0; i < rows[last].length; i++) {
            rows[last][i] = (float) golden.get("last_layer_reference").get(i).asDouble();
        }
        SteeringVector published =
                plain.withTransitionReference(LayerMatrix.of(rows)).withTransitionState(TransitionState.PUBLISHED);
        List<String> prompts = new ArrayList<>();
        golden.get("prompts").forEach(entry -> prompts.add(entry.get("prompt").asText()));
        try (ChatModel model = DemoModel.open(directory)) {
            Method scans = MethodRegistry.get("scans").bind(model, MethodArguments.NONE.withVector(published));
            List<Answer> answers = Answering.with(model)
                    .withOptions(GenerationOptions.greedy(1))
                    .answer(prompts, scans);
            for (int i = 0; i < answers.size(); i++) {
                assertNotNull(answers.get(i).decision());
                double expected =
                        golden.get("prompts").get(i).get("cosines").get(last).asDouble();
                assertEquals(expected, answers.get(i).decision().score(), 1e-4, prompts.get(i));
            }
            assertTrue(answers.size() == 12);
        }
    }
}
