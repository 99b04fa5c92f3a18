package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.SteeringException;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.Generation;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.generation.TokenListener;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrengthVariantsTest {
    private static final GenerationOptions GREEDY = GenerationOptions.greedy(24);
    private static final List<Integer> LAYERS = List.of(3, 4);
    private static final List<Double> STRENGTHS = List.of(-0.75, 0.75, 0.25);

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static List<Query> queries;

    @BeforeAll
    static void open() throws IOException {
        model = DemoModel.open(directory);
        queries = DemoModel.golden().stream()
                .limit(14)
                .map(node -> Query.of(model, node.path("prompt").asText(), null))
                .toList();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 64})
    void everyVariantIsWhatConstantSteeringWrites(int rows) {
        SteeringVector vector = DemoModel.vector();
        List<List<Generation>> variants =
                new StrengthVariants(model, GREEDY, vector, VectorScale.RAW, LAYERS).answers(queries, STRENGTHS, rows);
        assertEquals(STRENGTHS.size(), variants.size());
        for (int s = 0; s < STRENGTHS.size(); s++) {
            List<Generation> alone = ConstantSteering.of(
                            model,
                            GREEDY,
                            ConstantSteering.Operation.ADD,
                            vector,
                            VectorScale.RAW,
                            STRENGTHS.get(s),
                            LAYERS)
                    .reply(queries, TokenListener.NONE)
                    .stream()
                    .map(Responder.Reply::generation)
                    .toList();
            assertEquals(alone, variants.get(s), "strength " + STRENGTHS.get(s));
        }
    }

    @Test
    void refusesALayerThatIsNotThere() {
        assertEquals(
                "Layer 6 is out of range: the model has layers 0 to 5.",
                assertThrows(
                                SteeringException.class,
                                () -> new StrengthVariants(
                                        model, GREEDY, DemoModel.vector(), VectorScale.RAW, List.of(6)))
                        .getMessage());
    }
}
