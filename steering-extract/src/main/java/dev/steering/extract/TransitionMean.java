package dev.steering.extract;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.model.activation.Transition;

/** SCANS's reference d (arXiv 2408.11491, Eq. 3): the mean of the harmful prompts' transitions, summed in double precision. */
final class TransitionMean {
    private final double[][] sum;
    private int count;

    TransitionMean(int layers, int hidden) {
        sum = new double[layers][hidden];
    }

    void add(Transition transition) {
        for (int l = 0; l < sum.length; l++) {
            double[] difference = transition.at(l);
            for (int i = 0; i < difference.length; i++) {
                sum[l][i] += difference[i];
            }
        }
        count++;
    }

    LayerMatrix mean() {
        float[][] mean = new float[sum.length][];
        for (int l = 0; l < mean.length; l++) {
            mean[l] = Vectors.toFloat(Vectors.times(sum[l], 1.0 / count));
        }
        return LayerMatrix.of(mean);
    }
}
