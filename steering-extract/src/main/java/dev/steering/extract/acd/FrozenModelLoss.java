package dev.steering.extract.acd;

import dev.steering.core.bundle.Bundle;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.TuningLoss;
import dev.steering.extract.tune.TuningState;
import dev.steering.gradient.GradientOptions;
import dev.steering.gradient.LossGradient;
import dev.steering.gradient.SoftPromptExample;
import dev.steering.gradient.SoftPromptGradients;
import java.util.Arrays;
import java.util.List;

/** Losses under soft prompts of a bundle's frozen model. Thread-safe; close it when nothing runs on it. */
public final class FrozenModelLoss implements TuningLoss, AutoCloseable {
    private final SoftPromptGradients gradients;
    private final int hidden;

    private FrozenModelLoss(SoftPromptGradients gradients, int hidden) {
        this.gradients = gradients;
        this.hidden = hidden;
    }

    /**
     * @param bundle a bundle that was exported in single precision
     * @param options how to run
     * @return its losses
     * @throws dev.steering.core.SteeringException if there are no gradients through the bundle: it is quantised, in half
     *     precision or instrumented
     */
    public static FrozenModelLoss open(Bundle bundle, GradientOptions options) {
        return new FrozenModelLoss(
                SoftPromptGradients.open(bundle, options), bundle.manifest().hidden());
    }

    @Override
    public Gradient gradient(float[] soft, List<Example> examples) {
        LossGradient result = gradients.evaluate(TuningState.widened(soft), convert(soft, examples));
        return new Gradient(result.loss(), result.gradient());
    }

    @Override
    public double loss(float[] soft, List<Example> examples) {
        return Examples.weighted(examples, gradients.losses(TuningState.widened(soft), convert(soft, examples)));
    }

    private List<SoftPromptExample> convert(float[] soft, List<Example> examples) {
        int rows = soft.length / hidden;
        return examples.stream().map(example -> convert(rows, example)).toList();
    }

    private static SoftPromptExample convert(int rows, Example example) {
        int[] tokens = example.tokens();
        return new SoftPromptExample(
                Arrays.copyOf(tokens, example.start()),
                Arrays.copyOfRange(tokens, example.start() + rows, example.responseStart()),
                Arrays.copyOfRange(tokens, example.responseStart(), tokens.length),
                example.term(),
                example.weight());
    }

    @Override
    public void close() {
        gradients.close();
    }
}
