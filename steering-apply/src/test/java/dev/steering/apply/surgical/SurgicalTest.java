package dev.steering.apply.surgical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.BadRequest;
import dev.steering.core.search.AblationSite;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
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

/** Against the hooks of the public code (github.com/mainlp/False-Refusal-Mitigation) on the demo model under transformers. */
class SurgicalTest {
    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static SteeringVector vector;
    private static JsonNode golden;

    @BeforeAll
    static void open() throws IOException {
        model = DemoModel.open(directory);
        vector = SteeredDemo.golden(model);
        golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/surgical-golden.json").toFile());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Method bind(String name, MethodArguments arguments) {
        return MethodRegistry.get(name).bind(model, arguments.withVector(vector));
    }

    private static List<String> prompts() {
        List<String> prompts = new ArrayList<>();
        golden.get("cases").forEach(entry -> prompts.add(entry.get("prompt").asText()));
        return prompts;
    }

    private static void assertAnswers(String key, Method method) {
        List<String> expected = new ArrayList<>();
        golden.get("cases").forEach(entry -> expected.add(entry.get(key).asText()));
        Answering answering = Answering.with(model).withOptions(GenerationOptions.greedy(30));
        List<String> together = answering.answer(prompts(), method).stream()
                .map(answer -> answer.text().strip())
                .toList();
        assertEquals(expected.stream().map(String::strip).toList(), together, key + " in one batch");
        for (int i = 0; i < 4; i++) {
            assertEquals(
                    expected.get(i).strip(),
                    answering
                            .answer(List.of(prompts().get(i)), method)
                            .get(0)
                            .text()
                            .strip(),
                    key + " alone");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "all-points, 0.5",
        "all-points, 0.25",
        "block-outputs, 0.5",
        "block-outputs, 0.25",
        "block-inputs, 0.5",
        "block-inputs, 0.25"
    })
    void surgicalWritesWhatThePublicCodesHooksWrite(String site, double lambda) {
        // The stored direction is another one: that of the lambda that is said is made of the two contrasts.
        SteeringVector other = vector;
        Method method = new SurgicalDefinition()
                .bind(
                        model,
                        MethodArguments.NONE
                                .withVector(other.withDirections(
                                        PartialOrDefinition.directions(other.requireContrasts(), 0.5)))
                                .with(SurgicalDefinition.SITE, AblationSite.parse(site))
                                .with(SurgicalDefinition.LAMBDA, lambda));
        assertAnswers(site + " " + lambda, method);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.25})
    void partialOrWritesWhatTheFormulaWrites(double lambda) {
        assertAnswers(
                "partial-or " + lambda,
                bind("partial-or", MethodArguments.NONE.with(SurgicalDefinition.LAMBDA, lambda)));
    }

    @Test
    void nothingRemovedIsTheUnsteeredModel() {
        assertAnswers("unsteered", bind("surgical", MethodArguments.NONE.with(SurgicalDefinition.SHARE, 0.0)));
        assertAnswers("unsteered", bind("partial-or", MethodArguments.NONE.withStrength(0.0, null)));
    }

    /** Figures on prompts of any of the three sets, or of those that the direction was chosen on, would flatter. */
    @Test
    void promptsOfAllThreeSetsAreRemembered() {
        ExtractionPrompts prompts = ExtractionPrompts.hashed(new ContrastSet(List.of("harmful"), List.of("harmless")))
                .withOverRefused(ExtractionPrompts.hashes(List.of("over-refused")))
                .withDevelopment(ExtractionPrompts.hashes(List.of("development")));
        for (String name : List.of("surgical", "partial-or")) {
            Method method =
                    MethodRegistry.get(name).bind(model, MethodArguments.NONE.withVector(vector.withPrompts(prompts)));
            for (String prompt : List.of("harmful", "harmless", "over-refused", "development")) {
                assertTrue(method.extractedFrom().get(0).contains(prompt), name + ": " + prompt);
            }
            assertEquals(1, method.extractedFrom().size());
        }
    }

    @Test
    void aVectorOfTwoSetsIsRefused() {
        String message = assertThrows(BadRequest.class, () -> MethodRegistry.get("surgical")
                        .bind(model, MethodArguments.NONE.withVector(DemoModel.anchoredVector())))
                .getMessage();
        assertEquals(
                "The method surgical needs a vector made of over-refused, harmful and harmless prompts; this one is"
                        + " mean-difference of two sets. Extract one with the method surgical.",
                message);
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertEquals(
                "The share of the harmful direction that is taken out must be a number of at least 0, found -1.0.",
                refused(SurgicalDefinition.LAMBDA, -1.0));
        assertEquals(
                "The method surgical removes a finite share of the component, found NaN.",
                refused(SurgicalDefinition.SHARE, Double.NaN));
        assertEquals(
                "'every-write' is no site of an ablation. Expected all-points, block-inputs, block-outputs, one-block-output."
                        + " What attention and MLP write cannot be changed on its own in a running graph: orthogonalised weights"
                        + " do that.",
                assertThrows(BadRequest.class, () -> SurgicalDefinition.SITE.read("every-write"))
                        .getMessage());
    }

    private static String refused(MethodOption<Double> option, double value) {
        return assertThrows(BadRequest.class, () -> bind("surgical", MethodArguments.NONE.with(option, value)))
                .getMessage();
    }
}
