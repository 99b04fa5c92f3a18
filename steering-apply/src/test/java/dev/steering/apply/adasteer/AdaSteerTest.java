package dev.steering.apply.adasteer;

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
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.testing.DemoModel;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the public code's formula on the demo model ({@code golden_adasteer.py}). */
class AdaSteerTest {
    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static JsonNode golden;
    private static SteeringVector first;
    private static SteeringVector second;

    @BeforeAll
    static void open() throws IOException {
        model = DemoModel.open(directory);
        golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/adasteer.json").toFile());
        first = vector("b");
        second = vector("b2");
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static SteeringVector vector(String other) {
        double[][] a = means("a");
        double[][] b = means(other);
        float[][] difference = new float[a.length][a[0].length];
        for (int l = 0; l < a.length; l++) {
            for (int i = 0; i < a[l].length; i++) {
                difference[l][i] = (float) (a[l][i] - b[l][i]);
            }
        }
        return SteeringVector.of(LayerMatrix.of(difference), DemoModel.vector().provenance())
                .withScale(VectorScale.RAW)
                .withStatistics(DemoModel.vector().statistics())
                .withReads(LayerReads.positions(a, b));
    }

    private static double[][] means(String name) {
        double[][] means = new double[DemoModel.LAYERS][DemoModel.HIDDEN];
        for (int l = 0; l < means.length; l++) {
            for (int i = 0; i < means[l].length; i++) {
                means[l][i] = golden.path("means").path(name).get(l).get(i).asDouble();
            }
        }
        return means;
    }

    private static Law law(String name) {
        JsonNode law = golden.path(name);
        return new Law(
                law.get(0).asInt(),
                law.get(1).asDouble(),
                law.get(2).asDouble(),
                law.get(3).asDouble(),
                law.get(4).asDouble());
    }

    private static MethodArguments arguments() {
        return MethodArguments.NONE
                .withVector(first)
                .with(AdaSteerDefinition.REJECTION_LAW, law("rejection"))
                .with(AdaSteerDefinition.HARM_VECTOR, new NamedVector(second, ""))
                .with(AdaSteerDefinition.HARM_LAW, law("harm"));
    }

    private static Method bind(MethodArguments arguments) {
        return MethodRegistry.get("adasteer").bind(model, arguments);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void textsAreThoseOfTheFormulaBatchedAndSingle(int batch) {
        List<String> prompts = new ArrayList<>();
        golden.path("texts").forEach(text -> prompts.add(text.path("prompt").asText()));
        List<Answer> answers = Answering.with(model)
                .withOptions(GenerationOptions.greedy(24))
                .withBatch(batch)
                .answer(prompts, bind(arguments()));
        for (int i = 0; i < prompts.size(); i++) {
            assertTrue(golden.path("texts").get(i).path("gap").asDouble() > 1e-3, "chosen by more than rounding");
            assertEquals(
                    golden.path("texts").get(i).path("text").asText(),
                    answers.get(i).text(),
                    prompts.get(i));
        }
    }

    @Test
    void positionsAndStrengthsAreThoseOfTheFormula() {
        for (JsonNode text : golden.path("texts")) {
            int[] tokens = model.encode(text.path("prompt").asText());
            ForwardResult pass = model.model()
                    .forward(ForwardRequest.of(List.of(tokens))
                            .withCaptures(List.of(List.of(Capture.token(tokens.length - 1)))));
            assertPart(text, 0, first, law("rejection"), pass);
            assertPart(text, 1, second, law("harm"), pass);
        }
    }

    private static void assertPart(JsonNode text, int part, SteeringVector vector, Law law, ForwardResult pass) {
        double position = vector.requireReads().read(law.layer(), pass.captured(0, law.layer() + 1, 0));
        assertEquals(text.path("positions").get(part).asDouble(), position, 2e-3);
        assertEquals(text.path("coefficients").get(part).asDouble(), law.strength(position), 1e-5);
    }

    /** Without laws: the whole difference for the first class's mean, nothing for the second one's. */
    @Test
    void withoutALawAPromptIsMovedByWhatIsMissing() {
        Method method = bind(MethodArguments.NONE.withVector(first).withLayers(List.of(2, 3)));
        assertTrue(method.words().contains("0:0.005,100.0,-0.5,0.0"), method.words());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama-3.1-8b|8:0.02,-60.0,-0.22,-0.08|13:-0.05,-15.0,-0.75,inf",
                "Qwen2.5-7B|5:0.1,140.0,-0.2,0.0|13:-0.06,50.0,-0.6,0.4",
                "gemma-2-9b|12:0.004,35.0,-0.02,0.06|19:0.01,50.0,-0.06,0.02",
                "3: 1, -2.5, -inf, 1e3|3:1.0,-2.5,-inf,1000.0|3:1.0,-2.5,-inf,1000.0"
            })
    void lawsAreRead(String text, String rejection, String harm) {
        Law first = AdaSteerDefinition.REJECTION_LAW.read(text);
        assertEquals(rejection, first.toString());
        assertEquals(harm, AdaSteerDefinition.HARM_LAW.read(text).toString());
        assertEquals(first, AdaSteerDefinition.REJECTION_LAW.read(first.toString()));
    }

    /** The published ones of Llama 3.1 as its code writes them. */
    @ParameterizedTest
    @ValueSource(doubles = {-300, -70, -10, 0, 42, 100, 500})
    void publishedLawsAreThoseOfTheCode(double position) {
        assertEquals(
                Math.min(Math.max(0.02 * (position + 60), -0.22), -0.08),
                Law.Published.LLAMA_3_1_8B.rejection().strength(position),
                1e-12);
        assertEquals(
                Math.max(-0.05 * (position + 5) - 0.5, -0.75),
                Law.Published.LLAMA_3_1_8B.harm().strength(position),
                1e-12);
    }

    @Test
    void whatIsMissingOrWrongIsSaid() {
        assertRefused(
                "The option harm-law cannot be '3:1,2'. Expected: " + AdaSteerDefinition.HARM_LAW.words(),
                () -> AdaSteerDefinition.HARM_LAW.read("3:1,2"));
        assertRefused(
                "A law needs a finite slope and zero and bounds in their order, found slope 1.0, zero 2.0, least 4.0, most"
                        + " 3.0.",
                () -> AdaSteerDefinition.HARM_LAW.read("3:1,2,4,3"));
        assertRefused(
                "The method adasteer needs a harm-vector and its harm-law, or neither of them.",
                () -> bind(arguments().with(AdaSteerDefinition.HARM_LAW, null)));
        assertRefused(
                "The method adasteer needs vectors that have positions, and this one has none. Extract one by the method"
                        + " adasteer.",
                () -> bind(MethodArguments.NONE.withVector(DemoModel.anchoredVector())));
        assertRefused(
                "Layer 6 is out of range: the model has layers 0 to 5.",
                () -> bind(arguments().with(AdaSteerDefinition.REJECTION_LAW, new Law(6, 1, 1, 0, 1))));
        assertRefused(
                "AdaSteer's strength must be a finite number, found not a number.",
                () -> bind(arguments().with(AdaSteerDefinition.STRENGTH, Double.NaN)));
    }

    private static void assertRefused(String message, Runnable act) {
        assertEquals(message, assertThrows(BadRequest.class, act::run).getMessage());
    }
}
