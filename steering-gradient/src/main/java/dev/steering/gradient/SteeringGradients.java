package dev.steering.gradient;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import java.util.List;

/**
 * Losses of responses under steering vectors, and their gradient with respect to the vectors, through the frozen model of a bundle.
 * Layers below the first vector are run, but not differentiated. The loss is that of {@link SoftPromptGradients}.
 *
 * <p>Thread-safe; close it when nothing runs on it.
 */
public final class SteeringGradients implements AutoCloseable {
    private final GradientEngine engine;
    private final int vectors;

    private SteeringGradients(GradientEngine engine, int vectors) {
        this.engine = engine;
        this.vectors = vectors;
    }

    /**
     * @param bundle a bundle that was exported in single precision
     * @param target where the vectors are added
     * @param options how to run
     * @return its gradients; the graph is made when it is first needed
     * @throws SteeringException if the bundle has none (it is quantised, in half precision or instrumented) or no such point
     */
    public static SteeringGradients open(
            Bundle bundle, GradientTarget.SteeringVectors target, GradientOptions options) {
        return new SteeringGradients(
                new GradientEngine(bundle, target, options), target.points().size());
    }

    /**
     * @param values {@code [points, hidden]}, one vector after the other in the order of the target's points
     * @param examples at least one
     * @return the loss and its gradient, {@code [points, hidden]}
     * @throws SteeringException if a row does not fit the model's context, or a token its vocabulary
     * @throws IllegalArgumentException if there are more or fewer values
     */
    public LossGradient evaluate(double[] values, List<SteeredExample> examples) {
        return engine.gradient(GradientNames.VECTORS, checked(values), rows(examples));
    }

    /**
     * The losses alone, at less than half the cost: for held-out examples.
     *
     * @param values as for {@link #evaluate}
     * @param examples as for {@link #evaluate}
     * @return mean token loss of every example, not weighted, in their order
     * @throws SteeringException as for {@link #evaluate}
     */
    public List<Double> losses(double[] values, List<SteeredExample> examples) {
        return engine.losses(GradientNames.VECTORS, checked(values), rows(examples));
    }

    private float[] checked(double[] values) {
        int size = vectors * engine.spec().hidden();
        if (values.length != size) {
            throw new IllegalArgumentException(values.length + " values for " + vectors + " vectors of "
                    + engine.spec().hidden());
        }
        return SoftPromptGradients.floats(values);
    }

    private static List<GradientRow> rows(List<SteeredExample> examples) {
        return examples.stream().map(SteeredExample::row).toList();
    }

    @Override
    public void close() {
        engine.close();
    }
}
