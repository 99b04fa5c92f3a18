package dev.steering.core.vector;

import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How directions were learned by gradient instead of averaged: what learning adds to a vector.
 * Immutable.
 *
 * @param anchorSetHash SHA-256 (hexadecimal) over the anchor pairs
 * @param anchors number of pairs by kind, those that only judged apart
 * @param start what learning began with: {@code random} or {@code mean-difference}
 * @param settings of the optimiser, by name
 * @param cost what it took
 * @param layers the layers that were learned, ascending; all others keep the mean difference
 */
public record Learning(
        String anchorSetHash,
        Map<String, Integer> anchors,
        String start,
        Map<String, Double> settings,
        TuningCost cost,
        List<Layer> layers) {
    public Learning {
        anchors = Collections.unmodifiableMap(new TreeMap<>(anchors));
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        layers = List.copyOf(layers);
    }

    /**
     * One layer's direction beside the mean difference of the same layer, both with the same norm.
     *
     * @param layer 0-based layer
     * @param curve losses by epoch
     * @param unsteeredLoss held-out loss without a vector
     * @param meanDifferenceLoss held-out loss of the mean difference
     * @param cosine of the learned direction and the mean difference, -1..1
     */
    public record Layer(int layer, TuningCurve curve, double unsteeredLoss, double meanDifferenceLoss, double cosine) {
        /** @return held-out loss of the learned direction */
        public double learnedLoss() {
            return curve.keptLoss();
        }
    }

    /** @return the layer whose learned direction has the least held-out loss */
    public Layer best() {
        return layers.stream()
                .min(Comparator.comparingDouble(Layer::learnedLoss))
                .orElseThrow();
    }

    /** @return the layers' numbers */
    public List<Integer> layerNumbers() {
        return layers.stream().map(Layer::layer).toList();
    }
}
