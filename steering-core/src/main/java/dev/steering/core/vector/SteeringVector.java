package dev.steering.core.vector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direction per layer with everything needed to apply, judge and trace it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param directions the raw directions, {@code [layers, hidden]}; mean differences keep their norm
 * @param transitionReference SCANS's d: per layer the mean over the harmful prompts of {@code h(q) - h(q + "Sure")},
 *     {@code [layers, hidden]}
 * @param statistics what was measured at each layer, {@code [layers]}
 * @param contrastSet the prompts it was extracted from
 * @param provenance where it came from
 * @param anchoring chosen layers and threshold; null until {@code steer layers} has run
 * @param learning how directions were learned; null if they were not
 */
public record SteeringVector(
        LayerMatrix directions,
        LayerMatrix transitionReference,
        List<LayerStatistics> statistics,
        ContrastSet contrastSet,
        Provenance provenance,
        @Nullable Anchoring anchoring,
        @Nullable Learning learning) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the parts are of different sizes
     */
    public SteeringVector {
        statistics = List.copyOf(statistics);
        if (directions.layers() != transitionReference.layers()
                || directions.hidden() != transitionReference.hidden()
                || statistics.size() != directions.layers()) {
            throw new IllegalArgumentException("directions are " + directions + ", transitions " + transitionReference
                    + ", statistics " + statistics.size());
        }
    }

    /**
     * Directions that were computed, not learned.
     *
     * @param directions the raw directions
     * @param transitionReference SCANS's d
     * @param statistics what was measured at each layer
     * @param contrastSet the prompts it was extracted from
     * @param provenance where it came from
     * @param anchoring chosen layers and threshold, or null
     * @throws IllegalArgumentException if the parts are of different sizes
     */
    public SteeringVector(
            LayerMatrix directions,
            LayerMatrix transitionReference,
            List<LayerStatistics> statistics,
            ContrastSet contrastSet,
            Provenance provenance,
            @Nullable Anchoring anchoring) {
        this(directions, transitionReference, statistics, contrastSet, provenance, anchoring, null);
    }

    /** @return number of layers of the model */
    public int layers() {
        return directions.layers();
    }

    /** @return the model's hidden size */
    public int hidden() {
        return directions.hidden();
    }

    /**
     * @param scale raw or unit
     * @return the directions at that scale, {@code [layers, hidden]}
     */
    public LayerMatrix directions(VectorScale scale) {
        return scale == VectorScale.UNIT ? directions.unit() : directions;
    }

    /**
     * @param newAnchoring the result of anchoring the layers
     * @return a copy with it
     */
    public SteeringVector withAnchoring(Anchoring newAnchoring) {
        return new SteeringVector(
                directions, transitionReference, statistics, contrastSet, provenance, newAnchoring, learning);
    }
}
