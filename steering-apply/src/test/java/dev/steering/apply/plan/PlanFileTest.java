package dev.steering.apply.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFileTest {
    private static final String PRINT = "0123456789abcdef".repeat(4);
    private static final VectorReference VECTOR = new VectorReference("refusal.safetensors", PRINT, null);

    @TempDir
    private Path directory;

    /** Everything that a plan can say. */
    private static SteeringPlan everything() {
        Gate condition = new Gate.Condition(
                new VectorReference("harmful.safetensors", PRINT, null),
                List.of(4, 2),
                Gate.Measure.CAST,
                Gate.Pooling.MEAN,
                Gate.Side.BELOW,
                0.1 + 0.2);
        return SteeringPlan.of(
                Step.of(VECTOR, new Operation.Add(1 / 3.0, VectorScale.UNIT, true), List.of(3, 1, 2))
                        .withScope(new Scope(Span.GENERATED, 7))
                        .withGate(condition),
                Step.of(VECTOR.randomized(42), new Operation.ProjectOut(0.5, true), List.of(0))
                        .withScope(Scope.from(Span.PROMPT)),
                Step.of(VECTOR, new Operation.Add(-2e-9, VectorScale.RAW, false), List.of(5))
                        .withGate(new Gate.TransitionSign(List.of(5), 0.9581, Gate.Rule.EVERY)));
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws IOException {
        Path file = directory.resolve("plan.json");
        PlanFile.write(file, everything());
        SteeringPlan read = PlanFile.read(file);
        assertEquals(everything(), read);
        assertEquals(everything(), PlanFile.parse("line", PlanFile.toJson(read)));
        String text = Files.readString(file);
        PlanFile.write(file, read);
        assertEquals(text, Files.readString(file));
    }

    @Test
    void wordsSayEverything() {
        assertEquals(
                "add 0.3333333333333333 times the unit vector refusal.safetensors, keeping the norm, after layers 1-3 at every 7."
                        + " of written tokens, for prompts whose cast to the vector harmful.safetensors (mean of the prompt,"
                        + " layers 2,4) is below 0.30000000000000004;"
                        + " and project 0.5 times the positive component along the random directions (seed 42) of the norm of"
                        + " the vector refusal.safetensors out after layers 0 at prompt tokens;"
                        + " and subtract 2.0E-9 times the raw vector refusal.safetensors after layers 5 at the last prompt token"
                        + " and all written ones, with the opposite sign for prompts any of whose transition cosine at layers 5"
                        + " is below 0.9581",
                everything().words());
    }

    /** The format of version 1, as it is to stay readable. */
    @Test
    void theFirstVersionStaysReadable() {
        SteeringPlan plan = PlanFile.parse(
                "plan.json",
                """
                {"format": "steering-plan", "version": 1, "steps": [{
                  "vector": {"file": "refusal.safetensors", "fingerprint": "%s"},
                  "operation": {"type": "add", "alpha": 2, "scale": "raw", "keep_norm": false},
                  "layers": [1],
                  "scope": {"span": "last-prompt-token-on", "every": 1},
                  "gate": {"type": "always"}}]}
                """
                        .formatted(PRINT));
        assertEquals(SteeringPlan.of(Step.of(VECTOR, new Operation.Add(2, VectorScale.RAW, false), List.of(1))), plan);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"version\":1|\"version\":2|p is not a valid steering plan: 'version' must be 1, which this version reads, found 2.",
                "\"every\":7|\"every\":7,\"until\":9|p says 'steps[0].scope.until', which this version does not know. Known here are span, every. Nothing in a plan is ignored.",
                "\"every\":7|\"every\":0|p, steps[0].scope: The distance between positions of a scope must be at least 1, found 0.",
                "\"every\":7|\"every\":7.5|p is not a valid steering plan: 'steps[0].scope.every' must be a 32-bit integer, found 7.5.",
                "\"generated\"|\"later\"|p is not a valid steering plan: 'steps[0].scope.span' must be one of all, prompt, last-prompt-token-on, generated, thinking, answer, found \"later\".",
                "\"keep_norm\":true|\"keep_norm\":1|p is not a valid steering plan: 'steps[0].operation.keep_norm' must be true or false, found 1.",
                "\"layers\":[1,2,3]|\"layers\":[]|p, steps[0]: No layers to steer: name some, or anchor the vector's layers first.",
                "\"layers\":[1,2,3]|\"layers\":3|p is not a valid steering plan: 'steps[0].layers' must be an array, found 3.",
                "\"type\":\"add\"|\"type\":\"melt\"|p is not a valid steering plan: 'steps[0].operation.type' must be \"add\" or \"project-out\", found \"melt\".",
                "\"format\":\"steering-plan\"|\"format\":\"x\"|p is not a valid steering plan: 'format' must be \"steering-plan\", found \"x\".",
                "\"random_seed\":42|\"random_sed\":42|p says 'steps[1].vector.random_sed', which this version does not know. Known here are random_seed, file, fingerprint. Nothing in a plan is ignored.",
                "\"share\":0.5,||p is not a valid steering plan: 'steps[1].operation.share' must be there, found nothing."
            })
    void whatIsNotUnderstoodIsRefused(String written, String instead, String message) {
        String json = PlanFile.toJson(everything());
        assertTrue(json.contains(written), json);
        String damaged = json.replaceFirst(Pattern.quote(written), instead == null ? "" : instead);
        SteeringException e = assertThrows(SteeringException.class, () -> PlanFile.parse("p", damaged));
        assertEquals(message, e.getMessage());
    }

    @Test
    void whatIsNoJsonOrHasAKeyTwiceIsRefused() {
        assertRefused(
                "{\"format\":\"steering-plan\",\"format\":\"steering-plan\"}",
                "p is not a steering plan: Duplicate field");
        assertRefused("not json", "p is not a steering plan: Unrecognized token 'not'");
        assertRefused("{} {}", "p is not a steering plan: Trailing token");
        assertRefused("[]", "p is not a valid steering plan: it must be an object, found [].");
        assertRefused("", "p is not a valid steering plan: it must be an object, found .");
    }

    private static void assertRefused(String json, String message) {
        SteeringException e = assertThrows(SteeringException.class, () -> PlanFile.parse("p", json));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    @Test
    void aPlanHasSteps() {
        SteeringException e = assertThrows(SteeringException.class, () -> new SteeringPlan(List.of()));
        assertEquals("A steering plan needs at least one step.", e.getMessage());
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = directory.resolve("none.json");
        SteeringException e = assertThrows(SteeringException.class, () -> PlanFile.read(file));
        assertTrue(e.getMessage().startsWith("Cannot read the steering plan " + file), e.getMessage());
    }
}
