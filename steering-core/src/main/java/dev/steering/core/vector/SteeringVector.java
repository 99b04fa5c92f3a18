package dev.steering.core.vector;

import dev.steering.core.BadRequest;
import dev.steering.core.lineage.Derivation;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One direction per layer, what a strength multiplies, and where it came from. Everything else is an attachment that may be
 * missing, so that a vector from elsewhere is one too: accessors give null for what is not there, and the methods whose names begin
 * with {@code require} refuse and say what is missing.
 *
 * <pre>{@code
 * SteeringVector vector = SteeringVector.of(directions, Provenance.elsewhere("llama", "repeng")).withScale(VectorScale.RAW);
 * }</pre>
 *
 * <p>Immutable and thread-safe. {@code toString} never shows a prompt.
 */
public final class SteeringVector {
    private final LayerMatrix directions;
    private final VectorScale scale;
    private final Provenance provenance;
    private final Attachments attached;
    private final @Nullable LayerReads reads;

    /** What may be missing. */
    private record Attachments(
            @Nullable LayerMatrix transitionReference,
            @Nullable List<LayerStatistics> statistics,
            @Nullable ExtractionPrompts prompts,
            @Nullable Anchoring anchoring,
            @Nullable Learning learning,
            @Nullable Derivation derivation) {
        Attachments {
            statistics = statistics == null ? null : List.copyOf(statistics);
        }
    }

    private SteeringVector(
            LayerMatrix directions,
            VectorScale scale,
            Provenance provenance,
            Attachments attached,
            @Nullable LayerReads reads) {
        this.directions = directions;
        this.scale = scale;
        this.provenance = provenance;
        this.attached = attached;
        this.reads = reads;
        if (reads != null
                && (reads.rows().layers() != directions.layers() || reads.rows().hidden() != directions.hidden())) {
            throw new IllegalArgumentException("directions are " + directions + ", reads " + reads.rows());
        }
        LayerMatrix reference = attached.transitionReference;
        List<LayerStatistics> statistics = attached.statistics;
        boolean referenceFits = reference == null
                || (reference.layers() == directions.layers() && reference.hidden() == directions.hidden());
        if (!referenceFits || (statistics != null && statistics.size() != directions.layers())) {
            throw new IllegalArgumentException("directions are " + directions + ", transitions " + reference
                    + ", statistics " + (statistics == null ? "missing" : statistics.size()));
        }
    }

    /**
     * @param directions the raw directions, {@code [layers, hidden]}; mean differences keep their norm
     * @param provenance where they came from
     * @return a vector with nothing attached, whose strengths multiply unit directions
     */
    public static SteeringVector of(LayerMatrix directions, Provenance provenance) {
        return new SteeringVector(
                directions, VectorScale.UNIT, provenance, new Attachments(null, null, null, null, null, null), null);
    }

    /** @return the directions as they were made, {@code [layers, hidden]} */
    public LayerMatrix directions() {
        return directions;
    }

    /**
     * @param wanted raw or unit
     * @return the directions at that scale, {@code [layers, hidden]}
     */
    public LayerMatrix directions(VectorScale wanted) {
        return wanted == VectorScale.UNIT ? directions.unit() : directions;
    }

    /** @return what a strength multiplies unless told otherwise: the anchoring's scale where there is one */
    public VectorScale scale() {
        return attached.anchoring == null ? scale : attached.anchoring.scale();
    }

    /** What it was made with, whatever the anchoring says: this is what files store. */
    VectorScale ownScale() {
        return scale;
    }

    /** @return where it came from */
    public Provenance provenance() {
        return provenance;
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
     * @return SCANS's d: per layer the mean over the harmful prompts of {@code h(q) - h(q + "Sure")}, {@code [layers, hidden]};
     *     null if there is none
     */
    public @Nullable LayerMatrix transitionReference() {
        return attached.transitionReference;
    }

    /** @return what was measured at each layer, {@code [layers]}; null if nothing was */
    public @Nullable List<LayerStatistics> statistics() {
        return attached.statistics;
    }

    /** @return what is known of the prompts that it was extracted from; null if nothing is */
    public @Nullable ExtractionPrompts prompts() {
        return attached.prompts;
    }

    /** @return chosen layers, strength and threshold; null until layers have been anchored */
    public @Nullable Anchoring anchoring() {
        return attached.anchoring;
    }

    /** @return how directions were learned; null if they were not */
    public @Nullable Learning learning() {
        return attached.learning;
    }

    /** @return how it was made of other vectors; null if it was not */
    public @Nullable Derivation derivation() {
        return attached.derivation;
    }

    /** @return what is read of the stream where it is steered by how much is read; null if nothing is */
    public @Nullable LayerReads reads() {
        return reads;
    }

    /**
     * @return what is read of the stream
     * @throws BadRequest if nothing is
     */
    public LayerReads requireReads() {
        return required(
                reads, "read vectors, by which a method decides how much to write", "Extract one for that method.");
    }

    /**
     * @return SCANS's transition reference
     * @throws BadRequest if there is none
     */
    public LayerMatrix requireTransitionReference() {
        return required(
                attached.transitionReference,
                "transition reference, which telling harmful prompts from harmless ones (SCANS) needs",
                "Extract one from the model's own activations, or steer without a classifier: add or subtract it.");
    }

    /**
     * @return what was measured at each layer
     * @throws BadRequest if nothing was
     */
    public List<LayerStatistics> requireStatistics() {
        return required(
                attached.statistics,
                "statistics of its layers",
                "They are measured when a vector is extracted: extract one from the model.");
    }

    /**
     * @return what is known of the prompts that it was extracted from
     * @throws BadRequest if nothing is
     */
    public ExtractionPrompts requirePrompts() {
        return required(
                attached.prompts,
                "record of the prompts that it was extracted from",
                "Extract one from prompts of both classes.");
    }

    /**
     * @return the very prompts that it was extracted from
     * @throws BadRequest if they were not kept
     */
    public ContrastSet requireKeptPrompts() {
        return required(
                requirePrompts().kept(),
                "prompts in it, only their hashes",
                "Give the prompts that it was extracted from, or extract it again and keep them.");
    }

    /**
     * @return chosen layers, strength and threshold
     * @throws BadRequest if its layers have not been anchored
     */
    public Anchoring requireAnchoring() {
        return required(
                attached.anchoring,
                "chosen layers, strength and threshold yet",
                "Anchor its layers on harmful and harmless prompts first, or say them.");
    }

    private static <T> T required(@Nullable T part, String what, String advice) {
        if (part == null) {
            throw new BadRequest("this steering vector has no " + what + ". " + advice);
        }
        return part;
    }

    /**
     * @param newScale what a strength multiplies unless told otherwise
     * @return a copy with it; an anchoring keeps its own
     */
    public SteeringVector withScale(VectorScale newScale) {
        return new SteeringVector(directions, newScale, provenance, attached, reads);
    }

    /**
     * @param newDirections other directions of the same size
     * @return a copy with them and all that is attached, but for how sure one could be of the directions that are others now
     * @throws IllegalArgumentException if they are of another size than what is attached
     */
    public SteeringVector withDirections(LayerMatrix newDirections) {
        SteeringVector changed = new SteeringVector(newDirections, scale, provenance, attached, reads);
        List<LayerStatistics> statistics = attached.statistics;
        return statistics == null
                ? changed
                : changed.withStatistics(statistics.stream()
                        .map(s -> isSame(newDirections, s.layer()) ? s : s.withoutReliability())
                        .toList());
    }

    private boolean isSame(LayerMatrix other, int layer) {
        return layer < 0 || layer >= layers() || Arrays.equals(directions.row(layer), other.row(layer));
    }

    /**
     * @param newProvenance where it came from
     * @return a copy with it
     */
    public SteeringVector withProvenance(Provenance newProvenance) {
        return new SteeringVector(directions, scale, newProvenance, attached, reads);
    }

    /**
     * @param newReads what is read of the stream; null for nothing
     * @return a copy with it
     * @throws IllegalArgumentException if it is of another size
     */
    public SteeringVector withReads(@Nullable LayerReads newReads) {
        return new SteeringVector(directions, scale, provenance, attached, newReads);
    }

    /**
     * @param reference SCANS's d, {@code [layers, hidden]}; null for none
     * @return a copy with it
     * @throws IllegalArgumentException if it is of another size
     */
    public SteeringVector withTransitionReference(@Nullable LayerMatrix reference) {
        return with(new Attachments(
                reference,
                attached.statistics,
                attached.prompts,
                attached.anchoring,
                attached.learning,
                attached.derivation));
    }

    /**
     * @param statistics what was measured at each layer, {@code [layers]}; null for nothing
     * @return a copy with it
     * @throws IllegalArgumentException if they are of another number of layers
     */
    public SteeringVector withStatistics(@Nullable List<LayerStatistics> statistics) {
        return with(new Attachments(
                attached.transitionReference,
                statistics,
                attached.prompts,
                attached.anchoring,
                attached.learning,
                attached.derivation));
    }

    /**
     * @param prompts what is known of the prompts that it was extracted from; null for nothing
     * @return a copy with it
     */
    public SteeringVector withPrompts(@Nullable ExtractionPrompts prompts) {
        return with(new Attachments(
                attached.transitionReference,
                attached.statistics,
                prompts,
                attached.anchoring,
                attached.learning,
                attached.derivation));
    }

    /**
     * @param anchoring the result of anchoring the layers; null for none
     * @return a copy with it
     */
    public SteeringVector withAnchoring(@Nullable Anchoring anchoring) {
        return with(new Attachments(
                attached.transitionReference,
                attached.statistics,
                attached.prompts,
                anchoring,
                attached.learning,
                attached.derivation));
    }

    /**
     * @param learning how directions were learned; null if they were not
     * @return a copy with it
     */
    public SteeringVector withLearning(@Nullable Learning learning) {
        return with(new Attachments(
                attached.transitionReference,
                attached.statistics,
                attached.prompts,
                attached.anchoring,
                learning,
                attached.derivation));
    }

    /**
     * @param derivation how it was made of other vectors; null if it was not
     * @return a copy with it
     */
    public SteeringVector withDerivation(@Nullable Derivation derivation) {
        return with(new Attachments(
                attached.transitionReference,
                attached.statistics,
                attached.prompts,
                attached.anchoring,
                attached.learning,
                derivation));
    }

    private SteeringVector with(Attachments newAttached) {
        return new SteeringVector(directions, scale, provenance, newAttached, reads);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SteeringVector v
                && directions.equals(v.directions)
                && scale == v.scale
                && provenance.equals(v.provenance)
                && attached.equals(v.attached)
                && Objects.equals(reads, v.reads);
    }

    @Override
    public int hashCode() {
        return Objects.hash(directions, provenance, attached);
    }

    /** Sizes, model and what is attached; no prompt and no direction. */
    @Override
    public String toString() {
        return "SteeringVector[" + layers() + " x " + hidden() + ", " + provenance.method() + " of "
                + provenance.modelName() + ", "
                + (attached.prompts == null ? "no prompts" : attached.prompts)
                + (attached.transitionReference == null ? "" : ", transition reference")
                + (reads == null ? "" : ", reads")
                + (attached.statistics == null ? "" : ", statistics")
                + (attached.anchoring == null ? "" : ", anchored")
                + (attached.learning == null ? "" : ", learned") + "]";
    }
}
