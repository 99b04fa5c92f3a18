package dev.steering.extract.estimate;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The normal of the plane that a logistic regression separates the classes by, of norm 1: it minimises {@code |w|^2 / 2 + C sum_i log(1 +
 * exp(-y_i (w . x_i / s + b)))} with C = 1, y = 1 for harmful and -1 for harmless, s the root mean square deviation of a component (one number
 * for all, so that the result does not depend on units) and b free. Solved by LIBLINEAR's trust region Newton method (Lin, Weng, Keerthi
 * 2008, "Trust region Newton method for large-scale logistic regression").
 *
 * <p>It sees the activations in coordinates of the space that they span, which changes neither products nor norms. Immutable and thread-safe.
 */
public final class LogisticProbe implements DirectionEstimator {
    private static final double COST = 1;
    private static final double ACCURACY = 1e-8;
    private static final int MOST_ITERATIONS = 1000;

    static {
        Linear.disableDebugOutput();
    }

    @Override
    public String label() {
        return "logistic";
    }

    @Override
    public Optional<double[]> coefficients(ContrastSample sample) {
        double deviation = Math.sqrt(sample.variance() / sample.hidden());
        if (deviation == 0) {
            return Optional.empty();
        }
        double[][] rows = sample.features().rows();
        List<Feature[]> examples = new ArrayList<>();
        List<Double> labels = new ArrayList<>();
        // What comes first is LIBLINEAR's positive class.
        for (boolean harmful : new boolean[] {true, false}) {
            for (int i = 0; i < rows.length; i++) {
                if (sample.isHarmful(i) == harmful) {
                    Feature[] features = features(rows[i], rows.length, deviation);
                    for (long times = Math.round(sample.weight(i)); times > 0; times--) {
                        examples.add(features);
                        labels.add(harmful ? 1.0 : -1.0);
                    }
                }
            }
        }
        Problem problem = new Problem();
        problem.l = examples.size();
        problem.n = rows.length + 1;
        problem.x = examples.toArray(Feature[][]::new);
        problem.y = labels.stream().mapToDouble(y -> y).toArray();
        problem.bias = 1;
        Parameter parameter = new Parameter(SolverType.L2R_LR, COST, MOST_ITERATIONS, ACCURACY);
        parameter.setRegularizeBias(false);
        Model model = Linear.train(problem, parameter);
        double[] w = Arrays.copyOf(model.getFeatureWeights(), rows.length);
        double[] a = sample.features().coefficients(w);
        return sample.unit(Coefficients.sum(a, uniform(a.length), -Coefficients.total(a)));
    }

    private static double[] uniform(int n) {
        double[] uniform = new double[n];
        Arrays.fill(uniform, 1.0 / n);
        return uniform;
    }

    private static Feature[] features(double[] row, int size, double deviation) {
        Feature[] features = new Feature[row.length + 1];
        for (int i = 0; i < row.length; i++) {
            features[i] = new FeatureNode(i + 1, row[i] / deviation);
        }
        features[row.length] = new FeatureNode(size + 1, 1);
        return features;
    }
}
