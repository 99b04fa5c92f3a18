package dev.steering.extract.anchor;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.vector.Projection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Which layers are steered, and why.
 *
 * @param layers the safety-critical layers, ascending
 * @param reason one sentence for people
 */
public record LayerChoice(List<Integer> layers, String reason) {
    private static final double EQUAL = 1e-9;

    public LayerChoice {
        layers = List.copyOf(layers);
    }

    /**
     * The segment with the highest refusal score; among several with the same, or if no refusal token shows up in any, the one
     * of them whose layers separate the anchors best.
     */
    static LayerChoice of(List<Projection> segments, List<Double> layerAuc) {
        double highest = segments.stream()
                .mapToDouble(Projection::refusalScore)
                .max()
                .orElseThrow(() -> new IllegalArgumentException("no segments"));
        List<Projection> candidates = segments.stream()
                .filter(segment -> segment.refusalScore() > highest - EQUAL)
                .toList();
        Projection chosen = candidates.stream()
                .max(Comparator.comparingDouble((Projection segment) -> meanAuc(segment, layerAuc))
                        .thenComparing(Projection::firstLayer, Comparator.reverseOrder()))
                .orElseThrow();
        String range = "layers " + chosen.firstLayer() + ".." + chosen.lastLayer();
        return new LayerChoice(
                IntStream.rangeClosed(chosen.firstLayer(), chosen.lastLayer())
                        .boxed()
                        .toList(),
                range + ": " + reason(candidates.size(), highest, meanAuc(chosen, layerAuc)));
    }

    /** The segment with the highest refusal score, the first of several. */
    static LayerChoice byProjection(List<Projection> segments) {
        Projection chosen = segments.stream()
                .reduce((a, b) -> b.refusalScore() > a.refusalScore() + EQUAL ? b : a)
                .orElseThrow();
        if (chosen.refusalScore() <= 0) {
            throw new BadRequest("No segment's direction reads like refusal in the model's vocabulary: name the layers,"
                            + " or anchor them, which chooses by how well they separate prompts.")
                    .withRemedy(Remedy.GIVE_LAYERS);
        }
        return new LayerChoice(
                IntStream.rangeClosed(chosen.firstLayer(), chosen.lastLayer())
                        .boxed()
                        .toList(),
                "layers " + chosen.firstLayer() + ".." + chosen.lastLayer() + ": "
                        + reason(1, chosen.refusalScore(), 0));
    }

    private static String reason(int candidates, double highest, double auc) {
        if (highest <= 0) {
            return String.format(
                    Locale.ROOT,
                    "no segment's top tokens hold a refusal token, so the one that separates the anchors best was taken"
                            + " (mean AUC %.3f)",
                    auc);
        }
        if (candidates > 1) {
            return String.format(
                    Locale.ROOT,
                    "%d segments share the highest refusal score (%.3f), of which this one separates the anchors best"
                            + " (mean AUC %.3f)",
                    candidates,
                    highest,
                    auc);
        }
        return String.format(Locale.ROOT, "the segment with the highest refusal score (%.3f)", highest);
    }

    private static double meanAuc(Projection segment, List<Double> layerAuc) {
        return IntStream.rangeClosed(segment.firstLayer(), segment.lastLayer())
                .mapToDouble(layerAuc::get)
                .average()
                .orElse(0);
    }
}
