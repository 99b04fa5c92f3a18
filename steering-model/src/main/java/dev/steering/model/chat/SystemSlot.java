package dev.steering.model.chat;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.model.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place in a prompt, in tokens, where words of our own can stand: at the beginning of the system prompt, or in front of the
 * user's words if the format takes no system prompt.
 *
 * <p>A system prompt of the caller's follows behind these words, after a space; the user's words follow in their own turn, or
 * after an empty line where there is no system turn. The place is found as in {@link TemplateFrame}: by encoding prompts that
 * differ in these words only; what they have in common is not part of the place. So the words' tokens put between
 * {@link Around#before} and {@link Around#behind} are exactly the prompt with those words. Immutable and thread-safe.
 */
public final class SystemSlot {
    private final PromptFormat format;
    private final Tokenizer tokenizer;
    private final boolean inSystem;
    private final int[] before;

    private SystemSlot(PromptFormat format, Tokenizer tokenizer, boolean inSystem, int[] before) {
        this.format = format;
        this.tokenizer = tokenizer;
        this.inSystem = inSystem;
        this.before = before;
    }

    /**
     * What is around the place in one prompt. The arrays are not copied and must not change.
     *
     * @param before tokens in front of it, the same for every prompt
     * @param behind tokens behind it, up to where the answer begins
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Around(int[] before, int[] behind) {
        /**
         * @param words tokens that stand in the place
         * @return the whole prompt
         */
        public int[] with(int[] words) {
            int[] all = Arrays.copyOf(before, before.length + words.length + behind.length);
            System.arraycopy(words, 0, all, before.length, words.length);
            System.arraycopy(behind, 0, all, before.length + words.length, behind.length);
            return all;
        }
    }

    /**
     * @param model the model, with the prompt format to use
     * @return the place in its prompts
     * @throws SteeringException if the template refuses, or leaves out what stands there
     */
    public static SystemSlot of(ChatModel model) {
        return of(model.format(), model.tokenizer());
    }

    static SystemSlot of(PromptFormat format, Tokenizer tokenizer) {
        boolean inSystem = takesSystem(format);
        String user = SharedEnds.PROBES.get(0);
        List<int[]> prompts = SharedEnds.PROBES.stream()
                .map(words -> encode(format, tokenizer, inSystem, words, Turn.of(user, null)))
                .toList();
        int head = SharedEnds.of(prompts, inSystem ? "system prompt" : "user's words")
                .head();
        return new SystemSlot(format, tokenizer, inSystem, Arrays.copyOf(prompts.get(0), head));
    }

    private static boolean takesSystem(PromptFormat format) {
        try {
            format.render("question", "words");
            return true;
        } catch (SteeringException e) {
            return false;
        }
    }

    /** @return whether the place is in the system prompt; else it is in front of the user's words */
    public boolean inSystem() {
        return inSystem;
    }

    /** @return {@code system} or {@code user}, for files */
    public String label() {
        return inSystem ? "system" : "user";
    }

    /** @return number of tokens in front of the place, the same for every prompt */
    public int start() {
        return before.length;
    }

    /**
     * @param prompt what the user says
     * @param system the caller's own system prompt; null for none
     * @return the tokens around the place
     * @throws SteeringException if the template knows no system prompt but one is given
     */
    public Around around(String prompt, @Nullable String system) {
        return around(Turn.of(prompt, system));
    }

    /**
     * @param turns a conversation whose last turn is the user's; its own system prompt stands behind the place
     * @return the tokens around the place
     * @throws SteeringException if the template knows no system prompt but there is one
     */
    public Around around(List<Turn> turns) {
        List<int[]> prompts = SharedEnds.FEW_PROBES.stream()
                .map(words -> encode(format, tokenizer, inSystem, words, turns))
                .toList();
        int[] first = prompts.get(0);
        int tail = SharedEnds.of(prompts, "system prompt").tail();
        requireHead(first, SharedEnds.FEW_PROBES.get(0));
        return new Around(before.clone(), Arrays.copyOfRange(first, first.length - tail, first.length));
    }

    /**
     * @param words what is to stand in the place
     * @return its tokens there
     * @throws SteeringException if it has none, or if its first ones merge with the template's
     */
    public int[] tokens(String words) {
        String user = SharedEnds.PROBES.get(0);
        int[] all = encode(format, tokenizer, inSystem, words, Turn.of(user, null));
        requireHead(all, words);
        int[] behind = around(user, null).behind();
        int end = all.length - behind.length;
        if (end <= before.length || !Arrays.equals(behind, 0, behind.length, all, end, all.length)) {
            throw new BadRequest("The system prompt '" + words + "' has no tokens of its own in the model's chat"
                    + " template. Begin and end it with a letter.");
        }
        return Arrays.copyOfRange(all, before.length, end);
    }

    private void requireHead(int[] tokens, String words) {
        if (tokens.length <= before.length || !Arrays.equals(before, 0, before.length, tokens, 0, before.length)) {
            throw new BadRequest("The chat template writes other tokens in front of the system prompt '" + words
                    + "' than in front of others. Begin it with a letter, or choose another template.");
        }
    }

    private static int[] encode(
            PromptFormat format, Tokenizer tokenizer, boolean inSystem, String words, List<Turn> turns) {
        if (!inSystem) {
            return format.encode(tokenizer, Turn.withUserPrefix(turns, words + "\n\n"));
        }
        String system = Turn.system(turns);
        return format.encode(tokenizer, Turn.withSystem(turns, system == null ? words : words + " " + system));
    }
}
