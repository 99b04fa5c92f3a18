package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.NumericOverflow;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.model.pass.SteeringRange;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steering that leaves the range of single precision ends with an error that says where, not with the vocabulary's first token. */
class OverflowTest {
    private static final int[] TOKENS = TestModel.tokens(6, 1);

    @TempDir
    private static Path directory;

    private static LanguageModel model;

    @BeforeAll
    static void open() {
        model = TestModel.open(directory);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1e30, the embedding, 1.0E30",
        "2, 1e30, layer 1, 1.0E30",
        "3, -2e19, layer 2, 2.0E19",
        "1, Infinity, layer 0, Infinity",
        "1, NaN, layer 0, NaN"
    })
    void whatIsTooLongToBeSquaredIsRefusedBeforeThePass(int point, float strength, String place, String shown) {
        PassSteering steering = adding(TestModel.at(point, TestModel.random(1, 1)), strength);
        NumericOverflow e = assertThrows(NumericOverflow.class, () -> model.forward(request(steering)));
        assertEquals(
                "Steering at " + place + " with strength " + shown
                        + " and a direction of length 1.00 is beyond the model's"
                        + " arithmetic: single precision cannot square a length of more than 1.8e+19. Use a smaller strength.",
                e.getMessage());
    }

    @Test
    void aDirectionThatIsNoNumberIsRefusedEvenWithStrengthZero() {
        float[] direction = TestModel.random(1, 1);
        direction[3] = Float.NaN;
        NumericOverflow e = assertThrows(
                NumericOverflow.class, () -> model.forward(request(adding(TestModel.at(2, direction), 0))));
        assertTrue(
                e.getMessage().startsWith("Steering at layer 1 with strength 0.0 and a direction of length NaN"),
                e.getMessage());
    }

    /** The largest strength that single precision can square gives logits as any large strength does. */
    @Test
    void justBelowNothingIsWrong() {
        float[] direction = TestModel.random(1, 1);
        float[] large = logits(adding(TestModel.at(2, direction), 1e10f));
        float[] largest = logits(adding(TestModel.at(2, direction), 1.8e19f));
        for (int token = 0; token < TestModel.VOCABULARY; token++) {
            assertEquals(large[token], largest[token], 1e-3);
        }
    }

    /** The residual stream keeps what was added to it: a norm that has a bias would hide the overflow from the logits. */
    @Test
    void whatAddsUpOverLayersIsRefusedBeforeThePass() {
        float[] direction = TestModel.random(1, 1);
        float[][] points = TestModel.at(1, direction);
        points[2] = direction.clone();
        NumericOverflow e = assertThrows(NumericOverflow.class, () -> model.forward(request(adding(points, 1.5e19f))));
        assertEquals(
                "Steering moves the residual stream by up to 3.00e+19 in all, which is beyond the model's arithmetic: single"
                        + " precision cannot square a length of more than 1.8e+19. Use a smaller strength, or fewer layers.",
                e.getMessage());
        assertEquals(TestModel.VOCABULARY, logits(adding(points, (float) 9e18)).length);
    }

    /** Of one row it is known what is added together, of a pass it is not: its directions can belong to different rows. */
    @Test
    void whatAddsUpInOneRowIsRefusedBeforeThePass() {
        PassSteering both = twice(Schedule.everywhere(1.5e19f));
        assertThrows(NumericOverflow.class, () -> SteeringRange.require(both, 0));
        SteeringRange.require(twice((position, direction) -> direction == 0 ? 1.5e19f : 0), 0);
    }

    /** Each is short enough, both are not: the last norm's sum is infinite, its output zero. */
    @Test
    void twoDirectionsThatAddUpAreSeenInTheLogits() {
        ForwardResult result = model.forward(request(twice(Schedule.everywhere(1.5e19f))));
        NumericOverflow e = assertThrows(NumericOverflow.class, () -> result.logits(0, 0));
        assertEquals(
                "The logits of row 0 are all 0.0: numbers inside the model overflowed under steering at layer 0."
                        + " Use a smaller strength, or a model of wider precision.",
                e.getMessage());
        assertThrows(NumericOverflow.class, () -> result.logitsInPlace(0, 0));
    }

    /** The same direction twice, at one layer. */
    private static PassSteering twice(Schedule... rows) {
        float[][] points = TestModel.at(1, TestModel.random(1, 1));
        return PassSteering.adding(DirectionSet.of(points, points), List.of(rows));
    }

    @Test
    void whatIsCapturedIsLookedAtToo() {
        float[][] points = new float[TestModel.POINTS][TestModel.HIDDEN];
        Arrays.fill(points[1], 9.9999998e17f);
        Arrays.fill(points[2], 9.9999998e17f);
        Arrays.fill(points[3], 9.9999998e17f);
        PassSteering steering =
                PassSteering.projectingOut(DirectionSet.of(points), true, List.of(Schedule.everywhere(1)));
        ForwardResult result =
                model.forward(request(steering).withCaptures(List.of(List.of(Capture.token(TOKENS.length - 1)))));
        assertEquals(TestModel.HIDDEN, result.captured(0, 0, 0).length);
        NumericOverflow e = assertThrows(NumericOverflow.class, () -> result.captured(0, 3, 0));
        assertTrue(e.getMessage().startsWith("The activations of row 0 at layer 2 are not finite ("), e.getMessage());
        assertTrue(
                e.getMessage()
                        .endsWith("they overflowed under steering at layer 0, layer 1, layer 2. Use a smaller strength,"
                                + " or a model of wider precision."),
                e.getMessage());
    }

    @Test
    void otherRowsOfThePassAreNotAffected() {
        PassSteering steering = twice(Schedule.everywhere(1.5e19f), Schedule.OFF);
        ForwardResult both = model.forward(ForwardRequest.of(List.of(TOKENS, TOKENS))
                .withSteering(steering)
                .withLastLogits());
        assertThrows(NumericOverflow.class, () -> both.logits(0, 0));
        float[] plain = logits(null);
        float[] row = both.logits(1, 0);
        for (int token = 0; token < TestModel.VOCABULARY; token++) {
            assertEquals(plain[token], row[token], 1e-5);
        }
    }

    private static PassSteering adding(float[][] points, float strength) {
        return PassSteering.adding(DirectionSet.of(points), List.of(Schedule.everywhere(strength)));
    }

    private static float[] logits(@Nullable PassSteering steering) {
        return model.forward(request(steering)).logits(0, 0);
    }

    private static ForwardRequest request(@Nullable PassSteering steering) {
        return ForwardRequest.of(List.of(TOKENS)).withSteering(steering).withLastLogits();
    }
}
