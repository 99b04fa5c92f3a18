package dev.steering.extract.learn;

import dev.steering.extract.DemoModel;
import dev.steering.extract.tune.BuiltInAnchors;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.extract.tune.TuningLoss.Gradient;
import dev.steering.gradient.LossTerm;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A model whose refusals depend on one direction u alone: {@code p(refusal) = sigmoid(factor v.u / |u|)}, another u at every layer.
 */
final class PlantedLosses implements LayerLosses {
    /** So little that no loss is near 0 at norms up to 100: where it is, every direction near the planted one is as good. */
    private static final double STEEPNESS = 0.02;

    private final int hidden;

    PlantedLosses(int hidden) {
        this.hidden = hidden;
    }

    /** The direction of norm 1 that a layer's refusals depend on. */
    double[] planted(int layer) {
        Random random = new Random(100 + layer);
        double[] u = new double[hidden];
        double squares = 0;
        for (int i = 0; i < hidden; i++) {
            u[i] = random.nextGaussian();
            squares += u[i] * u[i];
        }
        for (int i = 0; i < hidden; i++) {
            u[i] /= Math.sqrt(squares);
        }
        return u;
    }

    @Override
    public Gradient gradient(int layer, double[] vector, List<Example> examples) {
        double[] u = planted(layer);
        double dot = 0;
        for (int i = 0; i < hidden; i++) {
            dot += u[i] * vector[i];
        }
        double loss = 0;
        double slope = 0;
        for (Example example : examples) {
            // Likely refusals and unlikely answers pull the same way.
            double sign = example.term() == LossTerm.LIKELIHOOD == refusal(example) ? 1 : -1;
            double z = sign * example.factor() * STEEPNESS * dot;
            loss += example.weight() * Math.log1p(Math.exp(-z));
            slope -= example.weight() * sign * example.factor() * STEEPNESS / (1 + Math.exp(z));
        }
        double[] gradient = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            gradient[i] = slope * u[i];
        }
        return new Gradient(loss, gradient);
    }

    @Override
    public double loss(int layer, double[] vector, List<Example> examples) {
        return gradient(layer, vector, examples).loss();
    }

    private static boolean refusal(Example example) {
        int[] tokens = example.tokens();
        int[] response = Arrays.copyOfRange(tokens, example.responseStart(), tokens.length);
        return BuiltInAnchors.REFUSALS.contains(DemoModel.model().tokenizer().decode(response, true));
    }
}
