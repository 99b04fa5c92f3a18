package dev.steering.extract.learn;

import dev.steering.core.bundle.Bundle;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.extract.tune.TuningLoss.Gradient;
import dev.steering.gradient.GradientOptions;
import dev.steering.gradient.GradientTarget.SteeringVectors;
import dev.steering.gradient.LossGradient;
import dev.steering.gradient.SteeredExample;
import dev.steering.gradient.SteeringGradients;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Losses of a bundle's frozen model. Every layer has graphs of its own, which differentiate nothing below it; those of one layer are open
 * at a time, so layers are best asked one after the other. Thread-safe; close it when nothing runs on it.
 */
public final class FrozenLayers implements LayerLosses, AutoCloseable {
    private final Bundle bundle;
    private final GradientOptions options;
    private int openLayer;
    private @Nullable SteeringGradients open;

    private FrozenLayers(Bundle bundle, GradientOptions options) {
        this.bundle = bundle;
        this.options = options;
    }

    /**
     * @param bundle a bundle that was exported in single precision
     * @param options how to run
     * @return its losses
     * @throws dev.steering.core.SteeringException if there are no gradients through the bundle: it is quantised, in half
     *     precision or instrumented
     */
    public static FrozenLayers open(Bundle bundle, GradientOptions options) {
        FrozenLayers layers = new FrozenLayers(bundle, options);
        layers.gradients(0); // refuses a bundle without gradients before any work is done
        return layers;
    }

    private SteeringGradients gradients(int layer) {
        if (open == null || openLayer != layer) {
            close();
            open = SteeringGradients.open(bundle, new SteeringVectors(List.of(layer + 1)), options);
            openLayer = layer;
        }
        return open;
    }

    @Override
    public synchronized Gradient gradient(int layer, double[] vector, List<Example> examples) {
        LossGradient result = gradients(layer).evaluate(vector, convert(examples));
        return new Gradient(result.loss(), result.gradient());
    }

    @Override
    public synchronized double loss(int layer, double[] vector, List<Example> examples) {
        return Examples.weighted(examples, gradients(layer).losses(vector, convert(examples)));
    }

    private static List<SteeredExample> convert(List<Example> examples) {
        return examples.stream().map(FrozenLayers::convert).toList();
    }

    private static SteeredExample convert(Example example) {
        int[] tokens = example.tokens();
        return new SteeredExample(
                Arrays.copyOf(tokens, example.responseStart()),
                Arrays.copyOfRange(tokens, example.responseStart(), tokens.length),
                example.start(),
                example.factor(),
                example.term(),
                example.weight());
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
