package dev.steering.core.vector;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.Sha256;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.search.DirectionSearch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final Attachments.Slot<LayerMatrix> TRANSITIONS = new Attachments.Slot<>();
    private static final Attachments.Slot<List<LayerStatistics>> STATISTICS = new Attachments.Slot<>();
    private static final Attachments.Slot<ExtractionPrompts> PROMPTS = new Attachments.Slot<>();
    private static final Attachments.Slot<Anchoring> ANCHORING = new Attachments.Slot<>();
    private static final Attachments.Slot<Learning> LEARNING = new Attachments.Slot<>();
    private static final Attachments.Slot<Derivation> DERIVATION = new Attachments.Slot<>();
    private static final Attachments.Slot<DirectionSearch> SEARCH = new Attachments.Slot<>();
    private static final Attachments.Slot<Contrasts> CONTRASTS = new Attachments.Slot<>();
    private static final Attachments.Slot<TransitionState> STATE = new Attachments.Slot<>();
    private static final Attachments.Slot<LayerReads> READS = new Attachments.Slot<>();
    private static final Attachments.Slot<VectorOrigin> ORIGIN = new Attachments.Slot<>();
    private static final Attachments.Slot<Certificate> CERTIFICATE = new Attachments.Slot<>();

    /**
     * The two contrasts of three sets of prompts, at the token that was chosen: what a direction was made of by taking a share of one
     * out of the other (arXiv 2410.03415). Immutable.
     *
     * @param overRefused mean of the over-refused prompts minus that of the harmless ones, {@code [layers, hidden]}
     * @param harmful mean of the harmful prompts minus that of the harmless ones, {@code [layers, hidden]}
     */
    public record Contrasts(LayerMatrix overRefused, LayerMatrix harmful) {}

    /** Where the last layer is read for SCANS's transitions; all others are read at their output. */
    public enum TransitionState {
        /** At its output, as all others. */
        BLOCK_OUTPUT("block-output"),
        /** Behind the final norm, as SCANS's public code does. */
        PUBLISHED("published");

        private final String label;

        TransitionState(String label) {
            this.label = label;
        }

        /** @return its name in files and on the command line */
        public String label() {
            return label;
        }
    }

    private SteeringVector(LayerMatrix directions, VectorScale scale, Provenance provenance, Attachments attached) {
        this.directions = directions;
        this.scale = scale;
        this.provenance = provenance;
        this.attached = attached;
        LayerReads reads = attached.get(READS);
        if (reads != null && !isOfSize(reads.rows())) {
            throw new IllegalArgumentException("directions are " + directions + ", reads " + reads.rows());
        }
        LayerMatrix reference = attached.get(TRANSITIONS);
        List<LayerStatistics> statistics = attached.get(STATISTICS);
        Contrasts contrasts = attached.get(CONTRASTS);
        boolean referenceFits = (reference == null || isOfSize(reference))
                && (contrasts == null || (isOfSize(contrasts.overRefused) && isOfSize(contrasts.harmful)));
        if (!referenceFits || (statistics != null && statistics.size() != directions.layers())) {
            throw new IllegalArgumentException("directions are " + directions + ", transitions " + reference
                    + ", statistics " + (statistics == null ? "missing" : statistics.size()));
        }
    }

    private boolean isOfSize(LayerMatrix matrix) {
        return matrix.layers() == directions.layers() && matrix.hidden() == directions.hidden();
    }

    /**
     * @param directions the raw directions, {@code [layers, hidden]}; mean differences keep their norm
     * @param provenance where they came from
     * @return a vector with nothing attached, whose strengths multiply unit directions
     */
    public static SteeringVector of(LayerMatrix directions, Provenance provenance) {
        return new SteeringVector(directions, VectorScale.UNIT, provenance, Attachments.NONE);
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
        Anchoring anchoring = attached.get(ANCHORING);
        return anchoring == null ? scale : anchoring.scale();
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
        return attached.get(TRANSITIONS);
    }

    /** @return what was measured at each layer, {@code [layers]}; null if nothing was */
    public @Nullable List<LayerStatistics> statistics() {
        return attached.get(STATISTICS);
    }

    /** @return what is known of the prompts that it was extracted from; null if nothing is */
    public @Nullable ExtractionPrompts prompts() {
        return attached.get(PROMPTS);
    }

    /** @return chosen layers, strength and threshold; null until layers have been anchored */
    public @Nullable Anchoring anchoring() {
        return attached.get(ANCHORING);
    }

    /** @return how directions were learned; null if they were not */
    public @Nullable Learning learning() {
        return attached.get(LEARNING);
    }

    /** @return where the last layer is read for the transition reference, and for prompts that are compared with it */
    public TransitionState transitionState() {
        TransitionState state = attached.get(STATE);
        return state == null ? TransitionState.BLOCK_OUTPUT : state;
    }

    /** @return how the direction was chosen; null if it was not searched for */
    public @Nullable DirectionSearch search() {
        return attached.get(SEARCH);
    }

    /** @return what the direction was made of; null if it was not made of two contrasts */
    public @Nullable Contrasts contrasts() {
        return attached.get(CONTRASTS);
    }

    /**
     * @return what the direction was made of
     * @throws BadRequest if it was not made of two contrasts
     */
    public Contrasts requireContrasts() {
        return required(
                attached.get(CONTRASTS),
                "record of the over-refused and the harmful direction that it was made of",
                "Extract one from over-refused, harmful and harmless prompts.",
                Remedy.EXTRACT_VECTOR);
    }

    /** @return how it was made of other vectors; null if it was not */
    public @Nullable Derivation derivation() {
        return attached.get(DERIVATION);
    }

    /** @return what is read of the stream where it is steered by how much is read; null if nothing is */
    public @Nullable LayerReads reads() {
        return attached.get(READS);
    }

    /**
     * @return what is read of the stream
     * @throws BadRequest if nothing is
     */
    public LayerReads requireReads() {
        return required(
                attached.get(READS),
                "read vectors, by which a method decides how much to write",
                "Extract one for that method.",
                Remedy.EXTRACT_VECTOR);
    }

    /** @return which other tool's file it came from; null if from none */
    public @Nullable VectorOrigin origin() {
        return attached.get(ORIGIN);
    }

    /**
     * @return what it was measured to do; null if nobody has measured it. Whether it speaks of these numbers, {@link #contentHash} tells
     */
    public @Nullable Certificate certificate() {
        return attached.get(CERTIFICATE);
    }

    /**
     * @return SHA-256 (hexadecimal) over the numbers: layers and hidden size as 4 bytes each, big-endian, then the directions and, where
     *     they are there, the transition reference, both contrasts, and what is read with its offsets, row by row, as little-endian
     *     float32; last the name of the transitions' state, if that is not the usual one
     */
    public String contentHash() {
        MessageDigest digest = Sha256.digest();
        digest.update(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(layers())
                .putInt(hidden())
                .flip());
        update(digest, directions);
        LayerMatrix reference = attached.get(TRANSITIONS);
        if (reference != null) {
            update(digest, reference);
        }
        Contrasts contrasts = attached.get(CONTRASTS);
        if (contrasts != null) {
            update(digest, contrasts.overRefused);
            update(digest, contrasts.harmful);
        }
        LayerReads reads = attached.get(READS);
        if (reads != null) {
            update(digest, reads.rows());
            update(digest, reads.offsets());
        }
        TransitionState state = attached.get(STATE);
        if (state != null && state != TransitionState.BLOCK_OUTPUT) {
            digest.update(state.label().getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }

    private static void update(MessageDigest digest, LayerMatrix matrix) {
        float[] values = matrix.values();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes);
    }

    /**
     * @return SCANS's transition reference
     * @throws BadRequest if there is none
     */
    public LayerMatrix requireTransitionReference() {
        return required(
                attached.get(TRANSITIONS),
                "transition reference, which telling harmful prompts from harmless ones (SCANS) needs",
                "Extract one from the model's own activations, or steer without a classifier: add or subtract it.",
                Remedy.EXTRACT_VECTOR);
    }

    /**
     * @return what was measured at each layer
     * @throws BadRequest if nothing was
     */
    public List<LayerStatistics> requireStatistics() {
        return required(
                attached.get(STATISTICS),
                "statistics of its layers",
                "They are measured when a vector is extracted: extract one from the model.",
                Remedy.EXTRACT_VECTOR);
    }

    /**
     * @return what is known of the prompts that it was extracted from
     * @throws BadRequest if nothing is
     */
    public ExtractionPrompts requirePrompts() {
        return required(
                attached.get(PROMPTS),
                "record of the prompts that it was extracted from",
                "Extract one from prompts of both classes.",
                Remedy.EXTRACT_VECTOR);
    }

    /**
     * @return the very prompts that it was extracted from
     * @throws BadRequest if they were not kept
     */
    public ContrastSet requireKeptPrompts() {
        return required(
                requirePrompts().kept(),
                "prompts in it, only their hashes",
                "Give the prompts that it was extracted from, or extract it again and keep them.",
                Remedy.EXTRACT_VECTOR);
    }

    /**
     * @return chosen layers, strength and threshold
     * @throws BadRequest if its layers have not been anchored
     */
    public Anchoring requireAnchoring() {
        Anchoring anchoring = attached.get(ANCHORING);
        if (anchoring == null) {
            throw lacking(
                    "chosen layers, strength and threshold yet",
                    "Anchor its layers on harmful and harmless prompts first, or say them.");
        }
        return anchoring;
    }

    private static <T> T required(@Nullable T part, String what, String advice, Remedy remedy) {
        if (part == null) {
            throw lacking(what, advice).withRemedy(remedy);
        }
        return part;
    }

    private static BadRequest lacking(String what, String advice) {
        return new BadRequest("this steering vector has no " + what + ". " + advice);
    }

    /**
     * @param newScale what a strength multiplies unless told otherwise
     * @return a copy with it; an anchoring keeps its own
     */
    public SteeringVector withScale(VectorScale newScale) {
        return new SteeringVector(directions, newScale, provenance, attached);
    }

    /**
     * @param newDirections other directions of the same size
     * @return a copy with them and all that is attached, but for how sure one could be of the directions that are others now
     * @throws IllegalArgumentException if they are of another size than what is attached
     */
    public SteeringVector withDirections(LayerMatrix newDirections) {
        SteeringVector changed = new SteeringVector(newDirections, scale, provenance, attached);
        List<LayerStatistics> statistics = attached.get(STATISTICS);
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
        return new SteeringVector(directions, scale, newProvenance, attached);
    }

    /**
     * @param newReads what is read of the stream; null for nothing
     * @return a copy with it
     * @throws IllegalArgumentException if it is of another size
     */
    public SteeringVector withReads(@Nullable LayerReads newReads) {
        return with(attached.with(READS, newReads));
    }

    /**
     * @param reference SCANS's d, {@code [layers, hidden]}; null for none
     * @return a copy with it
     * @throws IllegalArgumentException if it is of another size
     */
    public SteeringVector withTransitionReference(@Nullable LayerMatrix reference) {
        return with(attached.with(TRANSITIONS, reference));
    }

    /**
     * @param statistics what was measured at each layer, {@code [layers]}; null for nothing
     * @return a copy with it
     * @throws IllegalArgumentException if they are of another number of layers
     */
    public SteeringVector withStatistics(@Nullable List<LayerStatistics> statistics) {
        return with(attached.with(STATISTICS, statistics == null ? null : List.copyOf(statistics)));
    }

    /**
     * @param prompts what is known of the prompts that it was extracted from; null for nothing
     * @return a copy with it
     */
    public SteeringVector withPrompts(@Nullable ExtractionPrompts prompts) {
        return with(attached.with(PROMPTS, prompts));
    }

    /**
     * @param anchoring the result of anchoring the layers; null for none
     * @return a copy with it
     */
    public SteeringVector withAnchoring(@Nullable Anchoring anchoring) {
        return with(attached.with(ANCHORING, anchoring));
    }

    /**
     * @param learning how directions were learned; null if they were not
     * @return a copy with it
     */
    public SteeringVector withLearning(@Nullable Learning learning) {
        return with(attached.with(LEARNING, learning));
    }

    /**
     * @param derivation how it was made of other vectors; null if it was not
     * @return a copy with it
     */
    public SteeringVector withDerivation(@Nullable Derivation derivation) {
        return with(attached.with(DERIVATION, derivation));
    }

    /**
     * @param search how the direction was chosen; null if it was not searched for
     * @return a copy with it
     */
    public SteeringVector withSearch(@Nullable DirectionSearch search) {
        return with(attached.with(SEARCH, search));
    }

    /**
     * @param state where the last layer is read for the transition reference
     * @return a copy with it
     */
    public SteeringVector withTransitionState(TransitionState state) {
        return with(attached.with(STATE, state == TransitionState.BLOCK_OUTPUT ? null : state));
    }

    /**
     * @param contrasts what the direction was made of; null if it was not made of two contrasts
     * @return a copy with them
     * @throws IllegalArgumentException if they are of another size
     */
    public SteeringVector withContrasts(@Nullable Contrasts contrasts) {
        return with(attached.with(CONTRASTS, contrasts));
    }

    /**
     * @param origin which other tool's file it came from; null if from none
     * @return a copy with it
     */
    public SteeringVector withOrigin(@Nullable VectorOrigin origin) {
        return with(attached.with(ORIGIN, origin));
    }

    /**
     * @param certificate what it was measured to do; null for nothing
     * @return a copy with it
     */
    public SteeringVector withCertificate(@Nullable Certificate certificate) {
        return with(attached.with(CERTIFICATE, certificate));
    }

    /**
     * A vector from elsewhere ends with the last layer that it has a direction for, whatever the number of the model's.
     *
     * @param layers number of layers of the model
     * @return a copy with rows of zeros up to there, if it came from a file that does not say how many layers there are and has no
     *     more than these; otherwise the vector itself
     */
    public SteeringVector fitted(int layers) {
        VectorOrigin from = attached.get(ORIGIN);
        if (from == null || !from.open() || layers() >= layers) {
            return this;
        }
        int values = Math.multiplyExact(layers, hidden());
        LayerMatrix rows = LayerMatrix.of(layers, hidden(), Arrays.copyOf(directions.values(), values));
        Attachments kept = Attachments.NONE.with(PROMPTS, attached.get(PROMPTS)).with(ORIGIN, from);
        return new SteeringVector(rows, scale, provenance, kept);
    }

    private SteeringVector with(Attachments newAttached) {
        return new SteeringVector(directions, scale, provenance, newAttached);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SteeringVector v
                && directions.equals(v.directions)
                && scale == v.scale
                && provenance.equals(v.provenance)
                && attached.equals(v.attached);
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
                + (attached.get(PROMPTS) == null ? "no prompts" : attached.get(PROMPTS))
                + (attached.get(TRANSITIONS) == null ? "" : ", transition reference")
                + (attached.get(READS) == null ? "" : ", reads")
                + (attached.get(STATISTICS) == null ? "" : ", statistics")
                + (attached.get(ANCHORING) == null ? "" : ", anchored")
                + (attached.get(LEARNING) == null ? "" : ", learned")
                + (attached.get(SEARCH) == null ? "" : ", searched")
                + (attached.get(CERTIFICATE) == null ? "" : ", certified") + "]";
    }

    /** What a vector may have beside its directions, each under a key that knows its type. Immutable if its values are. */
    private static final class Attachments {
        static final Attachments NONE = new Attachments(Map.of());

        /** What is attached under it is a {@code T}. */
        @SuppressWarnings("UnusedTypeParameter") // it is what get gives
        static final class Slot<T> {}

        private final Map<Slot<?>, Object> values;

        private Attachments(Map<Slot<?>, Object> values) {
            this.values = values;
        }

        /** The value; null if there is none. */
        @SuppressWarnings("unchecked") // with puts nothing else there
        <T> @Nullable T get(Slot<T> key) {
            return (T) values.get(key);
        }

        /** The same with a value, or without one if it is null. */
        <T> Attachments with(Slot<T> key, @Nullable T value) {
            Map<Slot<?>, Object> changed = new LinkedHashMap<>(values);
            if (value == null) {
                changed.remove(key);
            } else {
                changed.put(key, value);
            }
            return new Attachments(changed);
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Attachments other && values.equals(other.values);
        }

        @Override
        public int hashCode() {
            return values.hashCode();
        }
    }
}
