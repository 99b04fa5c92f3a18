package dev.steering.apply.alphasteer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Query;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.ForwardRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the public code's whole matrices on the demo model ({@code golden_alphasteer.py} of steering-extract). */
class AlphaSteerTest {
    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static JsonNode golden;
    private static SteeringVector vector;

    @BeforeAll
    static void open() throws IOException {
        model = DemoModel.open(directory);
        golden = new ObjectMapper()
                .readTree(Path.of("../steering-extract/src/test/resources/alphasteer.json")
                        .toFile());
        vector = SteeringVector.of(matrix("direction"), DemoModel.vector().provenance())
                .withScale(VectorScale.RAW)
                .withReads(LayerReads.of(matrix("read")));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static LayerMatrix matrix(String part) {
        float[][] rows = new float[DemoModel.LAYERS][DemoModel.HIDDEN];
        golden.path("layers").properties().forEach(layer -> {
            for (int i = 0; i < DemoModel.HIDDEN; i++) {
                rows[Integer.parseInt(layer.getKey())][i] =
                        (float) layer.getValue().path(part).get(i).asDouble();
            }
        });
        return LayerMatrix.of(rows);
    }

    private static Method method(double strength) {
        return MethodRegistry.get("alphasteer")
                .bind(
                        model,
                        MethodArguments.NONE
                                .withVector(vector)
                                .withStrength(strength, null)
                                .withLayers(List.of(2, 3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void textsAreThoseOfThePublicCodesMatrix(int batch) {
        Answering answering =
                Answering.with(model).withOptions(GenerationOptions.greedy(24)).withBatch(batch);
        int compared = 0;
        for (double strength : new double[] {0.4, -0.4}) {
            List<String> prompts = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (JsonNode text : golden.path("texts")) {
                if (text.path("strength").asDouble() == strength) {
                    assertTrue(text.path("gap").asDouble() > 1e-3, "chosen by more than rounding");
                    prompts.add(text.path("prompt").asText());
                    expected.add(text.path("text").asText());
                }
            }
            List<Answer> answers = answering.answer(prompts, method(strength));
            for (int i = 0; i < prompts.size(); i++) {
                assertEquals(expected.get(i), answers.get(i).text(), strength + ": " + prompts.get(i));
                compared++;
            }
        }
        assertEquals(40, compared);
    }

    /** In one pass without a cache; the matrix is multiplied in single precision there. */
    @Test
    void logitsAreThoseOfThePublicCodesMatrix() {
        for (JsonNode text : golden.path("texts")) {
            Query query = Query.of(model, text.path("prompt").asText(), null);
            Draft draft = method(text.path("strength").asDouble()).draft(0, query, decided -> {});
            ForwardResult pass = model.model()
                    .forward(ForwardRequest.of(List.of(draft.prompt()))
                            .withSteering(draft.contexts().get(0).steering())
                            .withLastLogits());
            for (int t = 0; t < 8; t++) {
                assertEquals(
                        text.path("first_logits").get(t).asDouble(),
                        pass.logits(0, 0)[t],
                        2e-4,
                        query.tokens().length + " tokens");
            }
        }
    }

    @Test
    void whatIsMissingIsSaid() {
        SteeringVector plain = DemoModel.anchoredVector();
        assertRefused(
                "The method alphasteer needs a vector that has read vectors, and this one has none. Extract one by the method"
                        + " alphasteer.",
                MethodArguments.NONE.withVector(plain));
        assertRefused(
                "The vector stores no layers yet: name some, or anchor its layers first.",
                MethodArguments.NONE.withVector(vector));
        assertRefused(
                "The vector stores no strength yet: name one, or anchor its layers first.",
                MethodArguments.NONE.withVector(vector).withLayers(List.of(1)));
        assertRefused(
                "Layer 6 is out of range: the model has layers 0 to 5.",
                MethodArguments.NONE.withVector(vector).withStrength(1.0, null).withLayers(List.of(6)));
    }

    @Test
    void bundlesWithoutGatesSayWhatToDo(@TempDir Path old) throws IOException {
        DemoModel.open(old).close();
        Path manifest = old.resolve("bundle/steering.json");
        Files.writeString(
                manifest, Files.readString(manifest).replaceAll(",\\s*\"gatedGraph\" : \"model-gated.onnx\"", ""));
        try (ChatModel older = ChatModel.open(old.resolve("bundle"))) {
            MethodArguments arguments = MethodArguments.NONE
                    .withVector(vector)
                    .withStrength(1.0, null)
                    .withLayers(List.of(1));
            BadRequest e = assertThrows(
                    BadRequest.class, () -> MethodRegistry.get("alphasteer").bind(older, arguments));
            assertEquals(
                    "The method alphasteer needs the gated graph, which the bundle of "
                            + older.manifest().name() + " does not have: it was made before there was one. Export or"
                            + " instrument the model again, which leaves vectors valid.",
                    e.getMessage());
        }
    }

    private static void assertRefused(String message, MethodArguments arguments) {
        BadRequest e = assertThrows(
                BadRequest.class, () -> MethodRegistry.get("alphasteer").bind(model, arguments));
        assertEquals(message, e.getMessage());
    }
}
