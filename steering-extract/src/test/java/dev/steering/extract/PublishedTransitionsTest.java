package dev.steering.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.SteeringVector.TransitionState;
import dev.steering.core.vector.VectorFile;
import dev.steering.model.activation.Transitions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against transformers' hidden states, indexed as SCANS's public code does: the last of them is behind the final norm. */
class PublishedTransitionsTest {
    private static JsonNode golden;
    private static SteeringVector plain;
    private static SteeringVector published;

    @BeforeAll
    static void extract() throws IOException {
        golden = new ObjectMapper()
                .readTree(
                        Path.of("src/test/resources/scans-published-state.json").toFile());
        plain = VectorExtractor.withDefaults().extract(DemoModel.model(), DemoModel.anchors());
        published = PublishedTransitions.of(
                DemoModel.model(), plain, DemoModel.anchors().harmful(), 16, ProgressListener.NONE);
    }

    private static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).asDouble();
        }
        return numbers;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Test
    void theLastLayersReferenceIsThatOfThePublishedCode() {
        int last = plain.layers() - 1;
        float[] expected = floats(numbers(golden.get("last_layer_reference")));
        float[] found = published.requireTransitionReference().row(last);
        assertTrue(DemoModel.relativeError(found, expected) < 1e-4);
        assertTrue(
                DemoModel.relativeError(plain.requireTransitionReference().row(last), expected) > 0.1, "they differ");
        for (int layer = 0; layer < last; layer++) {
            assertArrayEquals(
                    plain.requireTransitionReference().row(layer),
                    published.requireTransitionReference().row(layer),
                    1e-4f);
        }
        assertEquals(plain.directions(), published.directions());
    }

    @Test
    void promptsAreReadWhereTheReferenceIs() {
        List<int[]> tokens = new ArrayList<>();
        List<double[]> expected = new ArrayList<>();
        golden.get("prompts").forEach(entry -> {
            tokens.add(DemoModel.model().encode(entry.get("prompt").asText()));
            expected.add(numbers(entry.get("cosines")));
        });
        double[][] found = new double[tokens.size()][];
        Transitions.of(DemoModel.model())
                .withState(published.transitionState())
                .read("", tokens, (i, t) -> found[i] = t.cosines(published.requireTransitionReference()));
        for (int i = 0; i < found.length; i++) {
            assertArrayEquals(expected.get(i), found[i], 1e-4);
        }
    }

    @Test
    void aVectorFileKeepsTheState(@TempDir Path directory) {
        VectorFile.write(directory.resolve("v.safetensors"), published);
        SteeringVector read = VectorFile.read(directory.resolve("v.safetensors"));
        assertEquals(published, read);
        assertEquals(TransitionState.PUBLISHED, read.transitionState());
        assertEquals(TransitionState.BLOCK_OUTPUT, plain.transitionState());
    }
}
