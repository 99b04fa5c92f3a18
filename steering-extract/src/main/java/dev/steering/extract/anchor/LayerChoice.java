package dev.steering.extract.anchor;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.vector.Projection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
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
        return of(segments, layerAuc, Set.of());
    }

    /**
     * The same without layers whose direction cannot be told from chance: a segment with nothing but such layers is not looked at, unless
     * there is no other, and those of the segment that is chosen are left out.
     */
    static LayerChoice of(List<Projection> segments, List<Double> layerAuc, Set<Integer> likeChance) {
        List<Projection> sure = sure(segments, likeChance);
        return sure.isEmpty()
                ? chosen(segments, layerAuc)
                : chosen(sure, layerAuc).without(likeChance, segments.size() - sure.size());
    }

    private static List<Projection> sure(List<Projection> segments, Set<Integer> likeChance) {
        return segments.stream()
                .filter(segment -> !likeChance.containsAll(layers(segment)))
                .toList();
    }

    private static List<Integer> layers(Projection segment) {
        return IntStream.rangeClosed(segment.firstLayer(), segment.lastLayer())
                .boxed()
                .toList();
    }

    private LayerChoice without(Set<Integer> likeChance, int segments) {
        List<Integer> kept =
                layers.stream().filter(layer -> !likeChance.contains(layer)).toList();
        String out = layers.stream()
                .filter(likeChance::contains)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        String without = out.isEmpty() ? "" : "; without " + out + ", whose direction cannot be told from chance";
        String ignored = segments == 0
                ? ""
                : "; " + segments + " of the segments cannot be told from chance and "
                        + (segments == 1 ? "was" : "were") + " not looked at";
        return new LayerChoice(kept, reason + without + ignored);
    }

    private static LayerChoice chosen(List<Projection> segments, List<Double> layerAuc) {
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
                layers(chosen), range + ": " + reason(candidates.size(), highest, meanAuc(chosen, layerAuc)));
    }

    /** The segment with the highest refusal score, the first of several. */
    static LayerChoice byProjection(List<Projection> segments, Set<Integer> likeChance) {
        List<Projection> sure = sure(segments, likeChance);
        return sure.isEmpty()
                ? byProjection(segments)
                : byProjection(sure).without(likeChance, segments.size() - sure.size());
    }

    private static LayerChoice byProjection(List<Projection> segments) {
        Projection chosen = segments.stream()
                .reduce((a, b) -> b.refusalScore() > a.refusalScore() + EQUAL ? b : a)
                .orElseThrow();
        if (chosen.refusalScore() <= 0) {
            throw new BadRequest("No segment's direction reads like refusal in the model's vocabulary: name the layers,"
                            + " or anchor them, which chooses by how well they separate prompts.")
                    .withRemedy(Remedy.GIVE_LAYERS);
        }
        return new LayerChoice(
                layers(chosen),
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
