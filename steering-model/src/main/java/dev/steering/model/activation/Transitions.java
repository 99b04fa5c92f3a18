package dev.steering.model.activation;

import dev.steering.core.BadRequest;
import dev.steering.core.ContextExceeded;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector.TransitionState;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ThinkBlock;
import dev.steering.model.pass.Capture;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes the transitions of many prompts: each prompt's tokens are followed by those of a marker, and one unsteered pass
 * captures both the last template token and the last marker token. Attention is causal, so the former is what a pass without
 * the marker would give.
 *
 * <p>The last template token is the prompt's last token, because a rendered prompt ends where the answer begins; see
 * {@link dev.steering.model.chat.TemplateFrame} for what is the template's in it.
 *
 * <p>Where the template leaves a think block open at the end of the prompt, the block is closed in front of the marker, so that the marker
 * begins the answer ({@link dev.steering.model.chat.ThinkBlock}).
 *
 * <p>Results are streamed; memory is that of one batch. Immutable and thread-safe.
 *
 * @see Transition
 */
public final class Transitions {
    /** SCANS's marker. */
    public static final String DEFAULT_MARKER = "Sure";

    private final ChatModel model;
    private final String marker;
    private final int[] markerTokens;
    private final ActivationReader reader;
    private final @Nullable NormedState normed;

    private Transitions(ChatModel model, String marker, ActivationReader reader, @Nullable NormedState normed) {
        this.normed = normed;
        this.model = model;
        this.marker = marker;
        this.reader = reader;
        this.markerTokens = encode(model, marker);
        if (markerTokens.length == 0) {
            throw new BadRequest(
                    "The marker '" + marker + "' has no tokens. Give a word such as '" + DEFAULT_MARKER + "'.");
        }
    }

    /** The marker begins the answer: behind a template that leaves a think block open it would be a thought. */
    private static int[] encode(ChatModel model, String marker) {
        ThinkBlock open = marker.isEmpty() ? null : ThinkBlock.openAfter(model.format());
        return model.tokenizer().encode(open == null ? marker : open.end() + marker, false);
    }

    /**
     * @param model what the prompts run on
     * @return transitions to {@value #DEFAULT_MARKER}
     */
    public static Transitions of(ChatModel model) {
        return new Transitions(model, DEFAULT_MARKER, ActivationReader.of(model.model()), null);
    }

    /**
     * @param newMarker what is put into the model's mouth; tokenised on its own, without special tokens
     * @return a copy with it
     * @throws SteeringException if it has no tokens
     */
    public Transitions withMarker(String newMarker) {
        return new Transitions(model, newMarker, reader, normed);
    }

    /**
     * @param rows most prompts in one forward pass, at least 1
     * @return a copy with it
     */
    public Transitions withBatchSize(int rows) {
        return new Transitions(model, marker, reader.withBatchSize(rows), normed);
    }

    /**
     * @param listener told after every batch how many prompts are done
     * @return a copy with it
     */
    public Transitions withProgress(ProgressListener listener) {
        return new Transitions(model, marker, reader.withProgress(listener), normed);
    }

    /**
     * @param state where the last layer is read
     * @return a copy that reads it there
     * @throws SteeringException if it is behind the final norm and the bundle does not say where that is
     */
    public Transitions withState(TransitionState state) {
        NormedState norm = state == TransitionState.PUBLISHED
                ? NormedState.of(model.model().bundle())
                : null;
        return new Transitions(model, marker, reader, norm);
    }

    /**
     * @param last block outputs at the last template token, {@code [layers][hidden]}
     * @param marked block outputs at the last marker token, {@code [layers][hidden]}
     * @return the transition between the two, with the last layer read where it is to be
     */
    public Transition transition(float[][] last, float[][] marked) {
        return normed == null
                ? new Transition(last, marked)
                : new Transition(normed.ofLast(last), normed.ofLast(marked));
    }

    /** @return a copy of the marker's token ids, with those in front that close a think block where the template opens one */
    public int[] markerTokens() {
        return markerTokens.clone();
    }

    /**
     * @param prompt token ids up to where the answer begins
     * @return the same followed by the marker's
     * @throws SteeringException if they do not fit the context
     */
    public int[] append(int[] prompt) {
        int length = prompt.length + markerTokens.length;
        int context = model.manifest().context();
        if (length > context) {
            throw new ContextExceeded(
                    "A prompt of " + prompt.length + " tokens and the marker '" + marker + "' need " + length
                            + " tokens, the context of " + model.manifest().name() + " is " + context
                            + ". Shorten the prompt.",
                    length,
                    context);
        }
        int[] both = Arrays.copyOf(prompt, length);
        System.arraycopy(markerTokens, 0, both, prompt.length, markerTokens.length);
        return both;
    }

    /**
     * @param prompt token ids up to where the answer begins
     * @return what to capture of {@link #append append(prompt)}: last template token, last marker token
     */
    public List<Capture> captures(int[] prompt) {
        return List.of(Capture.token(prompt.length - 1), Capture.token(prompt.length + markerTokens.length - 1));
    }

    /**
     * @param stage what is being done, for the progress listener
     * @param prompts token ids up to where the answer begins
     * @param consumer receives every prompt's transition once, longest prompt first
     * @throws SteeringException if a prompt does not fit the context or an activation is not finite
     */
    public void read(String stage, List<int[]> prompts, Consumer consumer) {
        reader.read(
                stage,
                prompts.stream().map(this::append).toList(),
                prompts.stream().map(this::captures).toList(),
                (prompt, captured) -> consumer.accept(prompt, transition(captured[0], captured[1])));
    }

    /** Receives the transition of one prompt. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * @param prompt index of the prompt
         * @param transition its transition
         */
        void accept(int prompt, Transition transition);
    }
}
