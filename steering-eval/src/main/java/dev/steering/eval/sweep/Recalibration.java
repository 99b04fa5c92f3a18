package dev.steering.eval.sweep;

import dev.steering.core.metrics.AucInterval;
import dev.steering.core.metrics.RocAuc;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.vector.Calibration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What the development prompts tell about a setting's classifier, in the form that a vector file keeps. */
public final class Recalibration {
    /** Where such calibrations come from. */
    public static final String SOURCE = "development prompts of a sweep";

    private Recalibration() {}

    /**
     * @param outcomes the development prompts
     * @param layers layers of the model
     * @param setting the setting
     * @return its classifier layers and threshold, and how well they tell the two sides apart
     */
    public static Calibration of(SweepOutcomes outcomes, int layers, Setting setting) {
        List<Integer> classifier = setting.layers().classifier();
        double[] scores = outcomes.scores(classifier);
        double[] harmful = of(outcomes, Expectation.REFUSE, scores);
        double[] harmless = of(outcomes, Expectation.COMPLY, scores);
        List<Double> layerAuc = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            double[] cosines = outcomes.scores(List.of(layer));
            layerAuc.add(
                    RocAuc.of(of(outcomes, Expectation.REFUSE, cosines), of(outcomes, Expectation.COMPLY, cosines)));
        }
        return new Calibration(
                SOURCE,
                harmful.length,
                harmless.length,
                classifier,
                setting.threshold(),
                RocAuc.of(harmful, harmless),
                share(harmful, setting.threshold()),
                1 - share(harmless, setting.threshold()),
                layerAuc,
                AucInterval.of(harmful, harmless));
    }

    private static double[] of(SweepOutcomes outcomes, Expectation side, double[] scores) {
        return IntStream.range(0, scores.length)
                .filter(i -> outcomes.items().get(i).expectation() == side)
                .mapToDouble(i -> scores[i])
                .toArray();
    }

    /** Share of the scores at or above the threshold. */
    private static double share(double[] scores, double threshold) {
        int above = 0;
        for (double score : scores) {
            above += score >= threshold ? 1 : 0;
        }
        return (double) above / scores.length;
    }
}
