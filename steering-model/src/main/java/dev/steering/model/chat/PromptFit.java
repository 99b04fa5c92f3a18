package dev.steering.model.chat;

import dev.steering.core.ContextExceeded;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Looks at the lengths of all prompts before any of them is run, so that a long one does not end a run that has come far. Immutable and
 * thread-safe.
 *
 * @param rule what is done about prompts that are too long
 * @param model the model's name, for messages
 * @param context how many tokens the model takes
 * @param room tokens that truncated prompts leave free for the answer, not negative
 */
public record PromptFit(TooLong rule, String model, int context, int room) {
    /** What stands where the middle of a text was taken out. */
    public static final String CUT = " ... ";

    /**
     * @param rule what is done about prompts that are too long
     * @param model the model
     * @param room tokens that truncated prompts leave free for the answer, at most half the context
     * @return the check
     */
    public static PromptFit of(TooLong rule, ChatModel model, int room) {
        int context = model.manifest().context();
        return new PromptFit(rule, model.manifest().name(), context, Math.min(room, context / 2));
    }

    /** How long the longest context is that something is put into. */
    @FunctionalInterface
    public interface Need<T> {
        /**
         * @param item what is to be run
         * @return tokens of the longest context that it is put into
         * @throws ContextExceeded if that is too long, with the number of tokens
         */
        int tokens(T item);
    }

    /**
     * What is left.
     *
     * @param kept what fits, in order; some of it shortened
     * @param skipped what was left out, in order
     * @param shortened the kept ones that were shortened, in order
     */
    public record Result<T>(List<T> kept, List<T> skipped, List<T> shortened) {
        public Result {
            kept = List.copyOf(kept);
            skipped = List.copyOf(skipped);
            shortened = List.copyOf(shortened);
        }

        /**
         * @param name what to call the prompts, e.g. {@code harmful}; empty for nothing
         * @param prompt the prompt of each
         * @return what was left out or shortened, for people: nothing, or a sentence each
         */
        public List<String> notes(String name, Function<T, Prompt> prompt) {
            List<String> notes = new ArrayList<>();
            note(notes, skipped, name, prompt, "left out");
            note(notes, shortened, name, prompt, "cut in the middle");
            return notes;
        }

        private void note(List<String> notes, List<T> some, String name, Function<T, Prompt> prompt, String what) {
            if (!some.isEmpty()) {
                notes.add(what + ", as too long for the model's context: " + some.size() + " of "
                        + (kept.size() + skipped.size()) + " " + name + (name.isEmpty() ? "" : " ")
                        + "prompts, such as " + prompt.apply(some.get(0)).place() + ".");
            }
        }
    }

    /**
     * @param items what is to be run
     * @param prompt the prompt of each
     * @param withText the same item with another text
     * @param need how long the longest context is that each is put into
     * @return what is left of them
     * @throws SteeringException if one is too long and the rule is to refuse, or a conversation is to be cut, or nothing is left
     */
    public <T> Result<T> of(
            List<T> items, Function<T, Prompt> prompt, BiFunction<T, String, T> withText, Need<T> need) {
        List<T> kept = new ArrayList<>();
        List<T> skipped = new ArrayList<>();
        List<T> shortened = new ArrayList<>();
        for (T item : items) {
            if (tokens(need, item) <= context) {
                kept.add(item);
            } else if (rule == TooLong.TRUNCATE) {
                T cut = cut(item, prompt.apply(item), withText, need);
                kept.add(cut);
                shortened.add(cut);
            } else {
                skipped.add(item);
            }
        }
        if (!skipped.isEmpty() && (rule == TooLong.REFUSE || kept.isEmpty())) {
            T first = skipped.get(0);
            throw refused(prompt.apply(first), tokens(need, first), skipped.size(), items.size());
        }
        return new Result<>(kept, skipped, shortened);
    }

    private static <T> int tokens(Need<T> need, T item) {
        try {
            return need.tokens(item);
        } catch (ContextExceeded e) {
            return Math.max(e.tokens(), e.context() + 1);
        }
    }

    /** The longest beginning and end that fit, by bisection over the number of characters that are kept. */
    private <T> T cut(T item, Prompt prompt, BiFunction<T, String, T> withText, Need<T> need) {
        if (prompt.isConversation()) {
            ContextExceeded uncut = new ContextExceeded(
                    prompt.place() + ": the conversation" + framed(prompt) + " is " + tokens(need, item)
                            + " tokens long, the context of " + model + " is " + context
                            + ", and a conversation is not cut. "
                            + (prompt.frame() == null ? "Shorten or remove it." : "Leave the frame out."),
                    tokens(need, item),
                    context);
            throw prompt.frame() == null ? uncut : uncut.withRemedy(Remedy.CHOOSE_FRAMES);
        }
        int fits = -1;
        int tooLong = prompt.text().codePointCount(0, prompt.text().length());
        T best = item;
        while (tooLong - fits > 1) {
            int middle = (fits + tooLong) >>> 1;
            T shorter = withText.apply(item, kept(prompt.text(), middle));
            if (tokens(need, shorter) <= context - room) {
                fits = middle;
                best = shorter;
            } else {
                tooLong = middle;
            }
        }
        if (fits < 1) {
            throw new ContextExceeded(
                    prompt.place() + ": nothing of the prompt fits: what is put around it and " + room
                            + " tokens for the answer fill the context of " + model + ", " + context + " tokens.",
                    tokens(need, item),
                    context);
        }
        return best;
    }

    /** So many characters of a text, half of them from its end. */
    private static String kept(String text, int characters) {
        int front = text.offsetByCodePoints(0, (characters + 1) / 2);
        int back = text.offsetByCodePoints(text.length(), -(characters / 2));
        return text.substring(0, front) + CUT + text.substring(back);
    }

    private SteeringException refused(Prompt prompt, int tokens, int count, int all) {
        String others =
                count == 1 ? "" : ", and so " + (count == 2 ? "is" : "are") + " " + (count - 1) + " more of the " + all;
        return new ContextExceeded(
                        prompt.place() + ": the prompt '" + prompt.beginning() + "'" + framed(prompt) + " is too long"
                                + others + ": " + tokens
                                + " tokens in the longest context that it is put into, the context of " + model + " is "
                                + context + ". "
                                + (prompt.frame() == null
                                        ? "Shorten or remove " + (count == 1 ? "it." : "them.")
                                        : "Leave the frame out, or shorten or remove the prompt."),
                        tokens,
                        context)
                .withRemedy(prompt.frame() == null ? Remedy.CHOOSE_TOO_LONG : Remedy.CHOOSE_FRAMES);
    }

    /** A frame makes a prompt longer than it is in its file. */
    private static String framed(Prompt prompt) {
        Prompt.Frame frame = prompt.frame();
        return frame == null ? "" : " in the frame '" + frame.name() + "'";
    }
}
