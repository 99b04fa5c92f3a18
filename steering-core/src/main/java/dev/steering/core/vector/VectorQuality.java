package dev.steering.core.vector;

import dev.steering.core.metrics.AucInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a user of a vector's stored recommendations should know before using them: thresholds, layers and strengths that cannot be told
 * from chance, or that are out of proportion. All of it follows from what the file holds. Stateless and thread-safe.
 */
public final class VectorQuality {
    private VectorQuality() {}

    /**
     * @param vector a vector
     * @return what is wrong with its recommendations, a sentence each; empty if nothing is known to be wrong
     */
    public static List<String> remarks(SteeringVector vector) {
        List<String> remarks = new ArrayList<>();
        Anchoring anchoring = vector.anchoring();
        if (anchoring != null) {
            addThreshold(anchoring.calibration(), remarks);
            addLayers(anchoring, remarks);
            addStrength(vector, anchoring, remarks);
            addSweep(anchoring.operatingPoint(), remarks);
        }
        addChance(vector, remarks);
        addLearned(vector.learning(), remarks);
        return List.copyOf(remarks);
    }

    private static void addThreshold(Calibration calibration, List<String> remarks) {
        AucInterval interval = calibration.interval();
        if (interval != null && interval.high() < 0.5) {
            remarks.add(
                    "The vector's threshold works the wrong way round: AUC " + area(calibration)
                            + ", harmless prompts score higher than harmful ones. Were the two sets given the wrong way round?");
        } else if (!calibration.toldFromChance()) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "The vector's threshold cannot be told from chance: AUC %s on %d harmful and %d harmless prompts. Calibrate it on more"
                            + " prompts, or at other layers.",
                    area(calibration),
                    calibration.harmful(),
                    calibration.harmless()));
        }
    }

    /**
     * @param calibration a calibration
     * @return its area under the curve with the interval, as far as there is one
     */
    public static String area(Calibration calibration) {
        String area = String.format(Locale.ROOT, "%.4f", calibration.auc());
        AucInterval interval = calibration.interval();
        return interval == null
                ? area
                : area + String.format(Locale.ROOT, " [%.3f, %.3f]", interval.low(), interval.high());
    }

    private static void addLayers(Anchoring anchoring, List<String> remarks) {
        LayerEvidence evidence = anchoring.evidence();
        if (evidence == null || evidence.toldFromChance()) {
            return;
        }
        String what = evidence.basis() == LayerEvidence.Basis.PROJECTION
                ? "as many refusal tokens among those that their direction reads as come by chance"
                : "such a separation of the anchors comes by chance";
        remarks.add(String.format(
                Locale.ROOT,
                "The vector's layers %s cannot be told from others: %s (p = %.2f). Name layers that are known to act, or compare them on"
                        + " prompts.",
                anchoring.steeringLayers(),
                what,
                evidence.chance()));
    }

    /** Directions that exchanged labels give as well, where the vector steers or where it does not say where it does. */
    private static void addChance(SteeringVector vector, List<String> remarks) {
        List<LayerStatistics> statistics = vector.statistics();
        if (statistics == null) {
            return;
        }
        Anchoring anchoring = vector.anchoring();
        String layers = statistics.stream()
                .filter(LayerStatistics::isLikeChance)
                .map(LayerStatistics::layer)
                .filter(layer -> anchoring == null || anchoring.steeringLayers().contains(layer))
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        if (!layers.isEmpty()) {
            remarks.add("The vector's direction at layer " + layers
                    + " cannot be told from chance: prompts with labels exchanged at random give as much in more than 5 % of cases."
                    + " Do not steer there, or extract from more prompts.");
        }
    }

    /** Pushing a state further than it is long leaves nothing of it. */
    private static void addStrength(SteeringVector vector, Anchoring anchoring, List<String> remarks) {
        List<LayerStatistics> statistics = vector.statistics();
        if (statistics == null) {
            return;
        }
        for (LayerStatistics layer : statistics) {
            double push =
                    Math.abs(anchoring.alpha()) * (anchoring.scale() == VectorScale.UNIT ? 1 : layer.directionNorm());
            if (anchoring.steeringLayers().contains(layer.layer()) && push > layer.activationNorm()) {
                remarks.add(String.format(
                        Locale.ROOT,
                        "The vector's strength is out of proportion: alpha %s (%s) moves activations after layer %d by %.3g, and they are"
                                + " %.3g long. Use a smaller one.",
                        anchoring.alpha(),
                        anchoring.scale().name().toLowerCase(Locale.ROOT),
                        layer.layer(),
                        push,
                        layer.activationNorm()));
                return;
            }
        }
    }

    private static void addSweep(@Nullable OperatingPoint point, List<String> remarks) {
        if (point != null && point.unsteeredCost() <= point.bestCost() + point.standardError()) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "Steering with it does not pay: in the sweep that chose it the unsteered model's cost of %.4f was within one"
                            + " standard error (%.4f) of the lowest (%.4f).",
                    point.unsteeredCost(),
                    point.standardError(),
                    point.bestCost()));
        }
    }

    private static void addLearned(@Nullable Learning learning, List<String> remarks) {
        if (learning == null) {
            return;
        }
        String useless = layers(learning, layer -> layer.learnedLoss() >= layer.unsteeredLoss());
        if (!useless.isEmpty()) {
            remarks.add("What was learned at layer " + useless
                    + " is no better than no vector on held-out pairs: do not steer there.");
        }
        String worse = layers(
                learning,
                layer -> layer.learnedLoss() < layer.unsteeredLoss()
                        && layer.learnedLoss() >= layer.meanDifferenceLoss());
        if (!worse.isEmpty()) {
            remarks.add(
                    "What was learned at layer " + worse + " is no better than the mean difference on held-out pairs.");
        }
    }

    private static String layers(Learning learning, Predicate<Learning.Layer> which) {
        return learning.layers().stream()
                .filter(which)
                .map(layer -> Integer.toString(layer.layer()))
                .collect(Collectors.joining(", "));
    }
}
