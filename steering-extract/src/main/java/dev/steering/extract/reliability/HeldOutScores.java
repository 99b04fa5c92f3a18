package dev.steering.extract.reliability;

import dev.steering.core.metrics.RocAuc;
import dev.steering.extract.estimate.ContrastSample;
import java.util.ArrayList;
import java.util.List;

/**
 * How well projections on a direction tell apart prompts that it does not come from.
 *
 * @param auc area under the ROC curve, 0..1
 * @param cohensD distance of the classes' means in units of the pooled standard deviation; 0 if nothing varies
 */
record HeldOutScores(double auc, double cohensD) {
    /** Of all activations that have weight in the sample. */
    static HeldOutScores of(ContrastSample heldOut, double[] direction) {
        double[] projections = heldOut.projections(direction);
        double[] plus = ofClass(heldOut, projections, true);
        double[] minus = ofClass(heldOut, projections, false);
        return new HeldOutScores(RocAuc.of(plus, minus), cohensD(plus, minus));
    }

    private static double[] ofClass(ContrastSample sample, double[] projections, boolean harmful) {
        List<Double> scores = new ArrayList<>();
        for (int i = 0; i < projections.length; i++) {
            if (sample.isHarmful(i) == harmful && sample.weight(i) > 0) {
                scores.add(projections[i]);
            }
        }
        return scores.stream().mapToDouble(s -> s).toArray();
    }

    /** Cohen 1988, section 2.2: with the pooled unbiased variance. */
    private static double cohensD(double[] plus, double[] minus) {
        double squares = squares(plus) + squares(minus);
        double size = Math.abs(mean(plus)) + Math.abs(mean(minus));
        int freedom = plus.length + minus.length - 2;
        if (freedom < 1 || !(squares > 1e-20 * size * size)) {
            return 0;
        }
        return (mean(plus) - mean(minus)) / Math.sqrt(squares / freedom);
    }

    private static double squares(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    static HeldOutScores mean(List<HeldOutScores> all) {
        return new HeldOutScores(
                all.stream().mapToDouble(HeldOutScores::auc).average().orElseThrow(),
                all.stream().mapToDouble(HeldOutScores::cohensD).average().orElseThrow());
    }
}
