package dev.steering.extract.learn;

import dev.steering.core.tuning.TuningCost;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.extract.tune.TuningState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What learning made of a mean difference.
 *
 * @param meanDifference gives norms and all that is not learned
 * @param layers the learned layers, ascending
 * @param states their final states
 */
record LearnedVector(SteeringVector meanDifference, List<Integer> layers, List<TuningState> states) {
    /** What a direction of mean square 1 is multiplied with to have the norm of the mean difference. */
    static double scale(LayerMatrix meanDifference, int layer) {
        return meanDifference.norm(layer) / Math.sqrt(meanDifference.hidden());
    }

    /** The best directions where they were learned, mean differences elsewhere. */
    LayerMatrix directions() {
        LayerMatrix means = meanDifference.directions();
        float[][] rows = IntStream.range(0, means.layers()).mapToObj(means::row).toArray(float[][]::new);
        for (int i = 0; i < layers.size(); i++) {
            double scale = scale(means, layers.get(i));
            float[] best = states.get(i).best();
            for (int h = 0; h < best.length; h++) {
                rows[layers.get(i)][h] = (float) (scale * best[h]);
            }
        }
        return LayerMatrix.of(rows);
    }

    /** Every learned layer beside no vector and beside the mean difference. */
    List<Learning.Layer> compared(LayerMatrix directions, LayerLosses losses, List<Example> heldOut) {
        LayerMatrix means = meanDifference.directions();
        List<Learning.Layer> compared = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            int layer = layers.get(i);
            compared.add(new Learning.Layer(
                    layer,
                    states.get(i).curve(),
                    losses.loss(layer, new double[means.hidden()], heldOut),
                    losses.loss(layer, TuningState.widened(means.row(layer)), heldOut),
                    directions.cosine(layer, means, layer)));
        }
        return compared;
    }

    /** All tunings and the comparison. */
    TuningCost cost(List<Example> heldOut) {
        TuningCost comparison = new TuningCost(0, 0, 2L * layers.size() * Examples.tokens(heldOut));
        return states.stream().map(TuningState::cost).reduce(comparison, TuningCost::plus);
    }

    SteeringVector vector(LayerMatrix directions, Learning learning, long seed) {
        return meanDifference
                .withDirections(directions)
                .withProvenance(meanDifference.provenance().withMethod(DirectionLearner.METHOD, seed))
                .withAnchoring(null)
                .withLearning(learning);
    }
}
