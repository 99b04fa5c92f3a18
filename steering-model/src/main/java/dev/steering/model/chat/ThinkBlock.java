package dev.steering.model.chat;

import dev.steering.core.SteeringException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The block in which a reasoning model thinks before it answers. Some chat templates open one at the end of every prompt: what is written
 * next is then a thought and no answer. Immutable and thread-safe.
 *
 * @param opening the tag that a template leaves open, such as {@code <think>}
 * @param closing the tag that ends the block
 */
public record ThinkBlock(String opening, String closing) {
    private static final Map<String, String> TAGS = new TreeMap<>(Map.of(
            "<think>", "</think>",
            "<thinking>", "</thinking>",
            "<thought>", "</thought>",
            "<reasoning>", "</reasoning>",
            "<seed:think>", "</seed:think>",
            "[THINK]", "[/THINK]",
            "<|START_THINKING|>", "<|END_THINKING|>",
            "<|begin_of_thought|>", "<|end_of_thought|>",
            "<|think_start|>", "<|think_end|>"));

    /**
     * @param rendered a prompt, up to where the answer begins
     * @return the block that is open at its end; null if none is
     */
    public static @Nullable ThinkBlock openIn(String rendered) {
        ThinkBlock open = null;
        int last = -1;
        for (Map.Entry<String, String> tag : TAGS.entrySet()) {
            int at = rendered.lastIndexOf(tag.getKey());
            if (at > last && rendered.lastIndexOf(tag.getValue()) < at) {
                open = new ThinkBlock(tag.getKey(), tag.getValue());
                last = at;
            }
        }
        return open;
    }

    /**
     * @param format how prompts are written
     * @return the block that it leaves open at the end of every prompt; null if it leaves none open or refuses a prompt without a system
     *     prompt
     */
    public static @Nullable ThinkBlock openAfter(PromptFormat format) {
        try {
            return format.isChat() ? openIn(format.render(SharedEnds.PROBES.get(0), null)) : null;
        } catch (SteeringException e) {
            return null;
        }
    }

    /**
     * @param written the beginning of an answer
     * @return the block that it opens with its first words; null if it opens none, or has not written its tag to the end
     */
    public static @Nullable ThinkBlock opening(String written) {
        String text = written.stripLeading();
        for (Map.Entry<String, String> tag : TAGS.entrySet()) {
            if (text.startsWith(tag.getKey())) {
                return new ThinkBlock(tag.getKey(), tag.getValue());
            }
        }
        return null;
    }

    /** @return what ends an open block without a thought, up to where the answer begins */
    public String end() {
        return "\n" + closing + "\n\n";
    }
}
