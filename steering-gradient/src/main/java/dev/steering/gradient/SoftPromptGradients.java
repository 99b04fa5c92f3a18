package dev.steering.gradient;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import java.util.List;

/**
 * Losses of responses behind a soft prompt, and their gradient with respect to it, through the frozen model of a bundle.
 *
 * <p>A soft prompt is {@code [rows, hidden]} numbers, row by row, in the space of the embedding table: a row of the table there is
 * the token itself. The loss is {@code sum over examples of weight * mean over response tokens of the token's loss}, see
 * {@link LossTerm}. Rows of different lengths may be mixed; how they are divided into micro-batches does not change the result beyond
 * rounding.
 *
 * <p>Thread-safe; close it when nothing runs on it.
 */
public final class SoftPromptGradients implements AutoCloseable {
    private final GradientEngine engine;

    private SoftPromptGradients(GradientEngine engine) {
        this.engine = engine;
    }

    /**
     * @param bundle a bundle that was exported in single precision
     * @param options how to run
     * @return its gradients; the graph is made when it is first needed
     * @throws SteeringException if the bundle has none: it is quantised, in half precision or instrumented
     */
    public static SoftPromptGradients open(Bundle bundle, GradientOptions options) {
        return open(bundle, new GradientTarget.SoftPrompt(), options);
    }

    /**
     * @param bundle a bundle that was exported in single precision
     * @param target with a scale that may not be the model's
     * @param options how to run
     * @return its gradients; the graph is made when it is first needed
     * @throws SteeringException if the bundle has none: it is quantised, in half precision or instrumented
     */
    public static SoftPromptGradients open(Bundle bundle, GradientTarget.SoftPrompt target, GradientOptions options) {
        return new SoftPromptGradients(new GradientEngine(bundle, target, options));
    }

    /**
     * @param softPrompt {@code [rows, hidden]}, row by row, at least one row
     * @param examples at least one
     * @return the loss and its gradient, {@code [rows, hidden]}
     * @throws SteeringException if a row does not fit the model's context, or a token its vocabulary
     * @throws IllegalArgumentException if the soft prompt is not made of whole rows, or a response has nothing before it
     */
    public LossGradient evaluate(double[] softPrompt, List<SoftPromptExample> examples) {
        return engine.gradient(GradientNames.SOFT_PROMPT, floats(softPrompt), rows(softPrompt, examples));
    }

    /**
     * The losses alone, at less than half the cost: for held-out examples.
     *
     * @param softPrompt as for {@link #evaluate}
     * @param examples as for {@link #evaluate}
     * @return mean token loss of every example, not weighted, in their order
     * @throws SteeringException as for {@link #evaluate}
     */
    public List<Double> losses(double[] softPrompt, List<SoftPromptExample> examples) {
        return engine.losses(GradientNames.SOFT_PROMPT, floats(softPrompt), rows(softPrompt, examples));
    }

    private List<GradientRow> rows(double[] softPrompt, List<SoftPromptExample> examples) {
        int hidden = engine.spec().hidden();
        if (softPrompt.length == 0 || softPrompt.length % hidden != 0) {
            throw new IllegalArgumentException(
                    "a soft prompt of " + softPrompt.length + " numbers; the hidden size is " + hidden);
        }
        int rows = softPrompt.length / hidden;
        return examples.stream().map(example -> example.row(rows)).toList();
    }

    public static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Override
    public void close() {
        engine.close();
    }
}
