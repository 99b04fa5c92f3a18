package dev.steering.model.decode;

import dev.steering.model.chat.ThinkBlock;
import dev.steering.model.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a text thinks: in a block that its prompt leaves open, or that it opens with its first words, up to the block's closing tag. A
 * position belongs to what comes after its token: the last token of the opening tag to the thinking, that of the closing tag to the answer.
 * Not thread-safe.
 */
final class ThinkingSpan implements IntPredicate {
    /** Tokens of a prompt in whose text an open block is looked for: templates open it at the end. */
    private static final int TAIL = 64;

    /** Tokens that the longest tag is made of, at least. */
    private static final int TAG = 24;

    private final Tokenizer tokenizer;
    private final int promptTokens;
    private final List<Integer> written = new ArrayList<>();
    private @Nullable ThinkBlock open;
    private int opened;
    private int thinksFrom;
    private int answerFrom;

    ThinkingSpan(Tokenizer tokenizer, int[] prompt) {
        this.tokenizer = tokenizer;
        this.promptTokens = prompt.length;
        String tail =
                tokenizer.decode(Arrays.copyOfRange(prompt, Math.max(0, prompt.length - TAIL), prompt.length), false);
        this.open = ThinkBlock.openIn(tail);
        this.thinksFrom = open == null ? Integer.MAX_VALUE : prompt.length - 1;
        this.answerFrom = Integer.MAX_VALUE;
    }

    @Override
    public boolean test(int position) {
        return position >= thinksFrom && position < answerFrom;
    }

    /** Takes a token that was written. */
    void accept(int token) {
        written.add(token);
        ThinkBlock block = open;
        if (block == null) {
            if (written.size() <= TAG) {
                open = ThinkBlock.opening(text(0));
                if (open != null) {
                    opened = written.size();
                    thinksFrom = promptTokens + written.size() - 1;
                }
            }
        } else if (answerFrom == Integer.MAX_VALUE
                && text(Math.max(opened, written.size() - TAG)).contains(block.closing())) {
            answerFrom = promptTokens + written.size() - 1;
        }
    }

    private String text(int from) {
        return tokenizer.decode(
                written.subList(from, written.size()).stream()
                        .mapToInt(Integer::intValue)
                        .toArray(),
                false);
    }
}
