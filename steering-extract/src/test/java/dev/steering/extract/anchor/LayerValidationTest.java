package dev.steering.extract.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.DemoModel;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.project.RefusalTokens;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Logits;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LayerValidationTest {
    private static final SteeringVector VECTOR =
            VectorExtractor.withDefaults().extract(DemoModel.model(), DemoModel.anchors());
    private static final int TOKENS = 4;
    private static final double ALPHA = 0.75;

    private static ContrastSet prompts(int each) {
        ContrastSet all = DemoModel.calibration();
        return new ContrastSet(all.harmful().subList(0, each), all.harmless().subList(0, each));
    }

    private static LayerValidation validation() {
        return LayerValidation.withDefaults()
                .withStrength(ALPHA, VectorScale.RAW)
                .withTokens(TOKENS);
    }

    /** Every mass once more, without cache, batch and reuse: whole sequences through the model, one at a time. */
    @Test
    void massesAreThoseOfWholePasses() {
        RefusalTokens refusal = RefusalTokens.of(DemoModel.model());
        ContrastSet prompts = prompts(3);
        LayerValidation.Result result = validation().run(DemoModel.model(), VECTOR, prompts, refusal);
        assertEquals(6, result.layers().size());
        assertEquals(3, result.segments().size());
        assertEquals(mean(prompts.harmful(), List.of(), 0, refusal), result.harmfulMass(), 1e-5);
        assertEquals(mean(prompts.harmless(), List.of(), 0, refusal), result.harmlessMass(), 1e-5);
        LayerEffect layer = result.layers().get(3);
        assertEquals(mean(prompts.harmful(), List.of(3), -ALPHA, refusal), layer.harmfulSubtracted(), 1e-5);
        assertEquals(mean(prompts.harmless(), List.of(3), ALPHA, refusal), layer.harmlessAdded(), 1e-5);
        LayerEffect segment = result.segments().get(1);
        assertEquals(mean(prompts.harmless(), List.of(2, 3), -ALPHA, refusal), segment.harmlessSubtracted(), 1e-5);
        assertEquals(mean(prompts.harmful(), List.of(2, 3), ALPHA, refusal), segment.harmfulAdded(), 1e-5);
    }

    private static double mean(List<String> prompts, List<Integer> layers, double strength, RefusalTokens refusal) {
        return prompts.stream()
                .mapToDouble(prompt -> mass(DemoModel.model().encode(prompt), layers, strength, refusal))
                .average()
                .orElseThrow();
    }

    private static double mass(int[] prompt, List<Integer> layers, double strength, RefusalTokens refusal) {
        ChatModel model = DemoModel.model();
        float[][] points = new float[VECTOR.layers() + 1][VECTOR.hidden()];
        layers.forEach(layer -> points[layer + 1] = VECTOR.directions().row(layer));
        PassSteering steering = PassSteering.adding(
                DirectionSet.of(points), List.of(Schedule.from(prompt.length - 1, (float) strength)));
        int[] tokens = prompt;
        double spared = 1;
        for (int t = 0; t < TOKENS; t++) {
            float[] logits = model.model()
                    .forward(ForwardRequest.of(List.of(tokens))
                            .withSteering(steering)
                            .withLastLogits())
                    .logits(0, 0);
            int best = Logits.argmax(logits);
            double all = 0;
            double refusing = 0;
            for (int i = 0; i < logits.length; i++) {
                double weight = Math.exp((double) logits[i] - logits[best]);
                all += weight;
                refusing += refusal.contains(i) ? weight : 0;
            }
            spared *= 1 - refusing / all;
            if (model.manifest().endTokens().contains(best)) {
                break;
            }
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = best;
        }
        return 1 - spared;
    }

    @Test
    void aVectorThatIsZeroControlsNothing() {
        SteeringVector zero = VECTOR.withDirections(LayerMatrix.of(new float[6][128]));
        LayerValidation.Result result =
                validation().run(DemoModel.model(), zero, prompts(2), RefusalTokens.of(DemoModel.model()));
        result.layers().forEach(effect -> assertEquals(0, effect.control()));
        assertEquals(result.harmfulMass(), result.layers().get(0).harmfulAdded());
    }

    /** The demo model is steered at layer 3: adding there makes it refuse what it answers, subtracting answer what it refuses. */
    @Test
    void theEffectIsFoundWhereTheVectorActs() {
        LayerValidation.Result result = validation()
                .withTokens(8)
                .run(DemoModel.model(), VECTOR, prompts(8), RefusalTokens.of(DemoModel.model()));
        assertTrue(result.layers().get(3).control() > 0.2, result.toString());
        assertTrue(
                result.strongestSegment().control() >= result.segments().get(0).control(), result.toString());
    }

    @Test
    void whatCannotBeValidatedIsRefused() {
        RefusalTokens refusal = RefusalTokens.of(DemoModel.model());
        ContrastSet oneClass = new ContrastSet(List.of("a"), List.of());
        assertMessage(
                SteeringException.class,
                "Validating layers needs prompts of both classes, found 1 harmful and 0 harmless.",
                () -> validation().run(DemoModel.model(), VECTOR, oneClass, refusal));
        assertMessage(
                BadRequest.class, "The number of tokens of an answer must be at least 1, found 0.", () -> validation()
                        .withTokens(0));
        assertMessage(BadRequest.class, "The strength must be a finite number, found not a number.", () -> validation()
                .withStrength(Double.NaN, VectorScale.RAW));
    }

    private static void assertMessage(Class<? extends Exception> type, String message, Executable action) {
        assertEquals(message, assertThrows(type, action).getMessage());
    }
}
