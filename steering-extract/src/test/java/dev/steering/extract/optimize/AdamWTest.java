package dev.steering.extract.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class AdamWTest {
    private static final double TOLERANCE = 1e-13;

    /** The values of torch.optim.AdamW: see golden_adamw.py. */
    @Test
    void followsTorchStepByStep() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/adamw.json").toFile());
        assertEquals(2, golden.path("cases").size());
        for (JsonNode values : golden.path("cases")) {
            AdamW optimiser = new AdamW(
                    values.path("rate").asDouble(),
                    values.path("beta1").asDouble(),
                    values.path("beta2").asDouble(),
                    values.path("epsilon").asDouble(),
                    values.path("decay").asDouble());
            GradientClipping clipping = values.path("clip").isNull()
                    ? GradientClipping.none()
                    : new GradientClipping(values.path("clip").asDouble());
            AdamW.State state = AdamW.State.of(numbers(golden.path("start")));
            for (JsonNode expected : values.path("path")) {
                state = optimiser.step(state, clipping.apply(gradient(state)));
                assertArrayEquals(numbers(expected), state.parameters(), TOLERANCE);
            }
            assertArrayEquals(numbers(values.path("first")), state.firstMoment(), TOLERANCE);
            assertArrayEquals(numbers(values.path("second")), state.secondMoment(), TOLERANCE);
        }
    }

    @Test
    void aStateThatWasWrittenDownGoesOnAsIfNothingHadHappened() {
        AdamW optimiser = AdamW.of(0.1).withWeightDecay(0.01);
        AdamW.State whole = AdamW.State.of(new double[] {1, -2, 3, 4});
        AdamW.State resumed = whole;
        for (int step = 0; step < 5; step++) {
            whole = optimiser.step(whole, gradient(whole));
            resumed = optimiser.step(
                    AdamW.State.of(
                            resumed.parameters(), resumed.firstMoment(), resumed.secondMoment(), resumed.steps()),
                    gradient(resumed));
        }
        assertEquals(whole, resumed);
        assertEquals(5, resumed.steps());
    }

    @Test
    void aGradientThatIsNoNumberEndsTheRunAndLeavesTheStateBefore() {
        AdamW.State before = AdamW.State.of(new double[] {1});
        SteeringException e =
                assertThrows(SteeringException.class, () -> AdamW.of(0.5).step(before, new double[] {Double.NaN}));
        assertTrue(e.getMessage().contains("Step 1 has a gradient of NaN: the run has diverged"), e.getMessage());
        assertTrue(e.getMessage().contains("below 0.5"), e.getMessage());
        assertArrayEquals(new double[] {1}, before.parameters());
    }

    @Test
    void settingsOutsideTheirRangesAreRefusedByName() {
        assertTrue(assertThrows(SteeringException.class, () -> AdamW.of(0))
                .getMessage()
                .contains("learning rate"));
        assertTrue(assertThrows(SteeringException.class, () -> new AdamW(1, 1, 0, 1, 0))
                .getMessage()
                .contains("beta1"));
        assertTrue(assertThrows(SteeringException.class, () -> AdamW.of(1).withWeightDecay(-1))
                .getMessage()
                .contains("weight decay"));
        assertThrows(
                IllegalArgumentException.class, () -> AdamW.of(1).step(AdamW.State.of(new double[2]), new double[3]));
    }

    @Test
    void clippingKeepsTheDirection() {
        double[] gradient = {3, -4};
        assertArrayEquals(new double[] {0.6, -0.8}, new GradientClipping(1).apply(gradient), 1e-6);
        assertArrayEquals(gradient, new GradientClipping(6).apply(gradient), 0);
        assertArrayEquals(gradient, GradientClipping.none().apply(gradient), 0);
        assertEquals(5, GradientClipping.norm(gradient), 1e-12);
        assertThrows(SteeringException.class, () -> new GradientClipping(0));
    }

    @Test
    void stoppingWaitsForThePatience() {
        EarlyStopping stopping = EarlyStopping.of(2, 0.1);
        assertTrue(stopping.improves(5));
        stopping = stopping.after(5).after(4.95);
        assertEquals(5, stopping.best());
        assertEquals(1, stopping.since());
        assertTrue(!stopping.ends());
        assertTrue(stopping.after(6).ends());
        assertTrue(!stopping.after(4).ends());
        EarlyStopping last = stopping;
        SteeringException e = assertThrows(SteeringException.class, () -> last.after(Double.NaN));
        assertTrue(e.getMessage().contains("diverged") && e.getMessage().contains("5.0"), e.getMessage());
    }

    /** As in golden_adamw.py. */
    private static double[] gradient(AdamW.State state) {
        double[] x = state.parameters();
        double[] gradient = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            gradient[i] = Math.sin((double) (state.steps() + i)) * (i + 1) + 0.3 * x[i];
        }
        return gradient;
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }
}
