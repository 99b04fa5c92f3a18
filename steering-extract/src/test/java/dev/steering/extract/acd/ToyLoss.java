package dev.steering.extract.acd;

import dev.steering.extract.tune.TuningLoss;
import dev.steering.gradient.LossTerm;
import java.util.List;

/** A convex loss in place of a model: every example pulls all components to a value that its tokens and its term choose. */
final class ToyLoss implements TuningLoss {
    @Override
    public Gradient gradient(float[] soft, List<Example> examples) {
        double loss = 0;
        double[] gradient = new double[soft.length];
        for (Example example : examples) {
            double target = target(example);
            for (int i = 0; i < soft.length; i++) {
                double distance = soft[i] - target;
                loss += example.weight() * distance * distance / soft.length;
                gradient[i] += 2 * example.weight() * distance / soft.length;
            }
        }
        return new Gradient(loss, gradient);
    }

    @Override
    public double loss(float[] soft, List<Example> examples) {
        return gradient(soft, examples).loss();
    }

    private static double target(Example example) {
        int sum = 0;
        for (int token : example.tokens()) {
            sum += token;
        }
        double size = 0.5 + sum % 7 / 70.0;
        return example.term() == LossTerm.LIKELIHOOD ? size : -size;
    }
}
