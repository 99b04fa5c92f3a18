package dev.steering.extract;

import dev.steering.core.BadRequest;
import dev.steering.core.NumericOverflow;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.moments.Moments;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.List;

/**
 * An extraction of prompts that come one chunk after another, of which nobody knows how many there will be: what one of many machines does
 * with its part. The moments of all parts, merged, make the vector that {@link VectorExtractor} would make of all prompts together, up to
 * float32 rounding of the model's own arithmetic.
 *
 * <p>A prompt that cannot be read is left out and said, where {@link VectorExtractor} refuses them all. Not thread-safe; the model may be
 * shared.
 */
public final class StreamedExtraction {
    private final VectorExtractor extractor;
    private final ChatModel model;
    private final Transitions marked;
    private final Moments moments;

    /**
     * A prompt with its class.
     *
     * @param harmful whether it should be refused
     * @param prompt what the user says
     */
    public record Labelled(boolean harmful, String prompt) {
        /** The class only: prompts do not belong in logs. */
        @Override
        public String toString() {
            return harmful ? "Labelled[harmful]" : "Labelled[harmless]";
        }
    }

    /**
     * A prompt that could not be read.
     *
     * @param index its place in the chunk
     * @param reason why
     */
    public record Unread(int index, String reason) {}

    /**
     * @param extractor how activations are taken; its progress listener is told about every chunk
     * @param model the model, with the prompt format to use
     * @throws BadRequest if the estimator needs pairs, which have no order here
     */
    public StreamedExtraction(VectorExtractor extractor, ChatModel model) {
        requireStreamed(extractor);
        this.extractor = extractor;
        this.model = model;
        this.marked = Transitions.of(model).withMarker(extractor.marker());
        this.moments = empty(extractor, model);
    }

    private static Moments empty(VectorExtractor extractor, ChatModel model) {
        return new Moments(
                model.manifest().layers(),
                model.manifest().hidden(),
                extractor.method().needsEvery());
    }

    /**
     * @param extractor how activations are taken
     * @throws BadRequest if it cannot be done with prompts that come in any order
     */
    public static void requireStreamed(VectorExtractor extractor) {
        if (extractor.method().direction().isPaired()) {
            throw new BadRequest(
                    extractor.method().label() + " compares the first harmful prompt with the first harmless one,"
                            + " and so on, but prompts that come from several places have no order. Use another estimator.");
        }
    }

    /**
     * Reads a chunk, in batches of similar length.
     *
     * @param chunk prompts of either class
     * @return those that could not be read: too long, too short for the token selector, refused by the template, or with activations that
     *     are not finite
     * @throws BadRequest if the estimator keeps every activation and there are too many
     */
    public List<Unread> add(List<Labelled> chunk) {
        List<Unread> unread = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<int[]> tokens = new ArrayList<>();
        for (int i = 0; i < chunk.size(); i++) {
            try {
                tokens.add(encode(chunk.get(i)));
                places.add(i);
            } catch (SteeringException e) {
                unread.add(new Unread(i, String.valueOf(e.getMessage())));
            }
        }
        read(chunk, places, tokens, unread);
        long all = moments.count(true) + moments.count(false);
        if (extractor.method().needsEvery() && all > VectorExtractor.MOST_PROMPTS) {
            throw new BadRequest(extractor.method().label() + " keeps every prompt's activations, at most "
                    + VectorExtractor.MOST_PROMPTS
                    + ", and there are more. Use fewer prompts, or take the mean difference, which"
                    + " needs no more memory for more prompts.");
        }
        return unread;
    }

    private int[] encode(Labelled labelled) {
        if (labelled.prompt().isBlank()) {
            throw new BadRequest("The prompt is blank.");
        }
        int[] tokens = model.encode(labelled.prompt());
        extractor.selector().capture(tokens.length);
        if (labelled.harmful()) {
            marked.append(tokens);
        }
        return tokens;
    }

    /** Moments of their own first: a batch that overflows must not leave half of itself behind. */
    private void read(List<Labelled> chunk, List<Integer> places, List<int[]> tokens, List<Unread> unread) {
        Moments own = empty(extractor, model);
        try {
            for (boolean harmful : new boolean[] {true, false}) {
                List<String> prompts = new ArrayList<>();
                List<int[]> encoded = new ArrayList<>();
                for (int i = 0; i < places.size(); i++) {
                    if (chunk.get(places.get(i)).harmful() == harmful) {
                        prompts.add(chunk.get(places.get(i)).prompt());
                        encoded.add(tokens.get(i));
                    }
                }
                if (harmful) {
                    extractor.readHarmful(model, prompts, encoded, Shard.WHOLE, own, h -> {});
                } else {
                    extractor.readHarmless(model, prompts, encoded, Shard.WHOLE, own, h -> {});
                }
            }
            moments.merge(own);
        } catch (NumericOverflow e) {
            if (places.size() == 1) {
                unread.add(new Unread(places.get(0), String.valueOf(e.getMessage())));
                return;
            }
            for (int i = 0; i < places.size(); i++) {
                read(chunk, places.subList(i, i + 1), tokens.subList(i, i + 1), unread);
            }
        }
    }

    /** @return what was kept so far; not a copy */
    public Moments moments() {
        return moments;
    }

    /**
     * @param extractor how activations are taken
     * @param model the model, with the prompt format to use
     * @param contrastSetHash what identifies the prompts
     * @return where a vector comes from that is made so
     */
    public static Provenance provenance(VectorExtractor extractor, ChatModel model, String contrastSetHash) {
        return extractor.provenance(model, contrastSetHash);
    }

    /**
     * @param extractor how activations were taken
     * @param provenance where the vector comes from
     * @param prompts what is to be remembered of the prompts
     * @param moments of all parts, merged
     * @return the vector, not yet anchored
     * @throws BadRequest if a class is empty, or the classes cannot be told apart at a layer
     */
    public static SteeringVector vector(
            VectorExtractor extractor, Provenance provenance, ExtractionPrompts prompts, Moments moments) {
        if (moments.count(true) == 0 || moments.count(false) == 0) {
            throw new BadRequest("Extraction needs prompts of both classes, found " + moments.count(true)
                    + " harmful and " + moments.count(false) + " harmless that could be read.");
        }
        ExtractionPart origin = new ExtractionPart(
                Shard.WHOLE,
                extractor.method(),
                extractor.marker(),
                provenance,
                prompts,
                moments.layers(),
                moments.hidden(),
                moments);
        return PartMerger.vector(origin, moments, ProgressListener.NONE);
    }
}
