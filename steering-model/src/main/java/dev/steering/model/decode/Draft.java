package dev.steering.model.decode;

import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A text that is to be written: behind one context, or behind two whose logits are contrasted. Immutable; token arrays are not copied
 * and must not change.
 */
public final class Draft {
    private final int index;
    private final List<Context> contexts;
    private final @Nullable LogitContrast contrast;
    private final @Nullable Probed probed;
    private final DecodeOptions options;
    private final TokenListener listener;

    /**
     * What a text is written behind.
     *
     * @param tokens token ids up to where the text begins, at least one; not copied
     * @param steering what is done to its row, with one schedule; null for nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // copying tokens for every text would be all that a context does
    public record Context(int[] tokens, @Nullable PassSteering steering) {
        /** @throws IllegalArgumentException if there are no tokens */
        public Context {
            if (tokens.length == 0) {
                throw new IllegalArgumentException("a context without tokens");
            }
        }

        /** Number of the tokens but the last: what is read before the writing starts. */
        int beginning() {
            return tokens.length - 1;
        }

        /** Number of tokens that are run before the writing starts: where gates write before the last token what they read there, all. */
        int read() {
            PassSteering.Gating gating = steering == null ? null : steering.gating();
            if (gating == null || gating.readAt().get(0) < beginning()) {
                return beginning();
            }
            Schedule schedule = gating.schedules().isEmpty()
                    ? Schedule.OFF
                    : gating.schedules().get(0);
            for (int n = 0; n < gating.gates().count(); n++) {
                for (int position = 0;
                        position < beginning()
                                && !gating.gates().shapes().get(n).own();
                        position++) {
                    if (schedule.strength(position, n) != 0) {
                        return tokens.length;
                    }
                }
            }
            return beginning();
        }
    }

    /**
     * Steering that depends on what a probe finds.
     *
     * @param probe looks at the prompt; texts with the same prompt and the same probe share its pass
     * @param steering what is done to the text's row then; null for nothing
     * @param sparesPrompt whether that never touches a token before the prompt's last
     */
    private record Probed(
            PromptProbe probe, Function<PromptProbe.Reading, @Nullable PassSteering> steering, boolean sparesPrompt) {}

    private Draft(
            int index,
            List<Context> contexts,
            @Nullable LogitContrast contrast,
            @Nullable Probed probed,
            DecodeOptions options,
            TokenListener listener) {
        this.index = index;
        this.contexts = contexts;
        this.contrast = contrast;
        this.probed = probed;
        this.options = options;
        this.listener = listener;
    }

    /**
     * @param index its number: the listener hears it, and its random numbers depend on it
     * @param prompt token ids of the whole prompt, at least one
     * @param steering what is done to its row, with one schedule; null for nothing
     * @return a text behind one context; greedy, one token, until {@link #with} says otherwise
     */
    public static Draft of(int index, int[] prompt, @Nullable PassSteering steering) {
        return of(index, List.of(new Context(prompt, steering)), null);
    }

    /**
     * @param index its number
     * @param first the context that the listener and the repetition penalty take for the prompt
     * @param second the other one: what is chosen is appended to both
     * @param contrast how their logits are combined
     * @return a text behind two contexts
     */
    public static Draft contrasting(int index, Context first, Context second, LogitContrast contrast) {
        return of(index, List.of(first, second), contrast);
    }

    private static Draft of(int index, List<Context> contexts, @Nullable LogitContrast contrast) {
        return new Draft(index, contexts, contrast, null, DecodeOptions.greedy(1), TokenListener.NONE);
    }

    /**
     * @param index its number
     * @param prompt token ids of the whole prompt, at least one
     * @param probe looks at the prompt; texts with the same prompt and the same probe share its pass
     * @param steering what is done to the text's row, given what the probe found; null for nothing
     * @param sparesPrompt whether that never touches a token before the prompt's last
     * @return a text whose steering is decided when its turn comes
     */
    public static Draft probed(
            int index,
            int[] prompt,
            PromptProbe probe,
            Function<PromptProbe.Reading, @Nullable PassSteering> steering,
            boolean sparesPrompt) {
        Draft open = of(index, prompt, null);
        return new Draft(
                index, open.contexts, null, new Probed(probe, steering, sparesPrompt), open.options, open.listener);
    }

    /**
     * @param newOptions how to write
     * @param newListener hears the text
     * @return a copy with them
     */
    public Draft with(DecodeOptions newOptions, TokenListener newListener) {
        return new Draft(index, contexts, contrast, probed, newOptions, newListener);
    }

    /** The same, steered as what its probe found says. */
    Draft decided(PromptProbe.Reading found) {
        Probed open = probed;
        if (open == null) {
            throw new IllegalStateException("text " + index + " has no probe");
        }
        Context decided = new Context(prompt(), open.steering().apply(found));
        return new Draft(index, List.of(decided), null, null, options, listener);
    }

    /**
     * The contexts as they will be run: what a probe decides about is decided now, in an unsteered pass of its own.
     *
     * @param model the model that the text would be written by
     * @return one context or two, with their steering
     * @throws dev.steering.core.SteeringException if the prompt, and what a probe runs behind it, do not fit the model's context
     */
    public List<Context> contexts(LanguageModel model) {
        Probed open = probed;
        if (open == null) {
            return contexts;
        }
        int[] suffix = open.probe().suffix();
        int[] tokens = Arrays.copyOf(prompt(), prompt().length + suffix.length);
        System.arraycopy(suffix, 0, tokens, prompt().length, suffix.length);
        ForwardRequest request = ForwardRequest.of(List.of(tokens))
                .withCaptures(List.of(open.probe().captures(prompt().length)));
        return decided(open.probe().read(model.forward(request), 0)).contexts;
    }

    /** @return its number */
    public int index() {
        return index;
    }

    /** @return token ids of the whole prompt, in the first context */
    public int[] prompt() {
        return contexts.get(0).tokens();
    }

    /** @return what it is written behind: one context or two */
    public List<Context> contexts() {
        return contexts;
    }

    /** @return how it is written */
    public DecodeOptions options() {
        return options;
    }

    /** @return tokens of its longest context; of one that is probed, with what the probe runs behind it */
    public int contextTokens() {
        int longest = longest();
        return longest + (probed == null ? 0 : probed.probe().suffix().length);
    }

    private int longest() {
        return contexts.stream().mapToInt(c -> c.tokens().length).max().orElse(0);
    }

    /** @return positions that its longest context and the text can take */
    public long positions() {
        int longest = longest();
        int probe = probed == null ? 0 : probed.probe().suffix().length;
        return longest + (long) Math.max(probe, options.maxNewTokens());
    }

    /**
     * @param written tokens of the text
     * @return positions that are run beside those of prompt and text: a second context with its copy of the text, what a probe runs
     *     behind the prompt or runs again, and the last token where gates look ahead to it
     */
    public int extraPositions(int written) {
        int extra = 0;
        for (Context context : contexts.subList(1, contexts.size())) {
            extra += context.tokens().length + written;
        }
        for (Context context : contexts) {
            extra += context.read() - context.beginning();
        }
        Probed open = probed;
        if (open != null) {
            extra += open.probe().suffix().length + (open.sparesPrompt() ? 1 : prompt().length);
        }
        return extra;
    }

    @Nullable
    LogitContrast contrast() {
        return contrast;
    }

    /** @return who hears it */
    public TokenListener listener() {
        return listener;
    }

    @Nullable
    PromptProbe probe() {
        return probed == null ? null : probed.probe();
    }

    /** Whether the probe's pass can be the one that reads the prompt. */
    boolean sparesPrompt() {
        return probed == null || probed.sparesPrompt();
    }

    @Override
    public String toString() {
        return "text " + index + " behind "
                + Arrays.toString(
                        contexts.stream().mapToInt(c -> c.tokens().length).toArray()) + " tokens";
    }
}
