package dev.steering.core.tokenizer;

import java.util.Arrays;

/**
 * Turns tokens into text as they come. A piece is held back while the decoded tail ends in U+FFFD, because the next token may
 * complete the character. Not thread-safe.
 */
public final class StreamingDecoder {
    private static final char INCOMPLETE = '\uFFFD';

    private final Tokenizer tokenizer;
    private int[] tokens = new int[16];
    private int count;
    private int anchor;
    private String anchorText = "";

    /** @param tokenizer decodes the tokens */
    public StreamingDecoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * @param token the next token
     * @return the text that has become certain with it; may be empty
     */
    public String accept(int token) {
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, count * 2);
        }
        tokens[count++] = token;
        String text = tail();
        return !text.isEmpty() && text.charAt(text.length() - 1) == INCOMPLETE ? "" : emit(text);
    }

    /** @return what was held back at the end, as it is */
    public String finish() {
        return emit(tail());
    }

    /** The text since the anchor; some tokens of context before it keep leading spaces right. */
    private String tail() {
        return tokenizer.decode(Arrays.copyOfRange(tokens, anchor, count), true);
    }

    private String emit(String text) {
        String piece = text.length() > anchorText.length() ? text.substring(anchorText.length()) : "";
        // Keep one token of context: a decoder may drop the space in front of the first token it sees.
        anchor = Math.max(anchor, count - 1);
        anchorText = count == 0 ? "" : tail();
        return piece;
    }
}
