package dev.steering.model.tokenizer;

import java.util.Arrays;

/**
 * Turns tokens into text as they come; the pieces joined are what decoding all tokens at once gives. A piece is held back while
 * the decoded tail ends in U+FFFD, because the next token may complete the character. Not thread-safe.
 *
 * <p>Each step decodes the tokens of the last piece and the new ones together and takes what is behind the last piece: a decoder
 * drops the space in front of the first token it sees (SentencePiece), and one that falls back to bytes reads a run of them as a
 * whole, so that less context would change the text.
 */
public final class StreamingDecoder {
    private static final char INCOMPLETE = '\uFFFD';

    private final Tokenizer tokenizer;
    private final boolean skipSpecialTokens;
    private int[] tokens = new int[16];
    private int count;
    /** First token of the last piece. */
    private int anchor;
    /** End of the tokens of the last piece. */
    private int emitted;
    /** Text of the tokens from anchor to emitted. */
    private String anchorText = "";

    private StreamingDecoder(Tokenizer tokenizer, boolean skipSpecialTokens) {
        this.tokenizer = tokenizer;
        this.skipSpecialTokens = skipSpecialTokens;
    }

    /** @param tokenizer decodes the tokens; special ones are left out */
    public StreamingDecoder(Tokenizer tokenizer) {
        this(tokenizer, true);
    }

    /**
     * @param tokenizer decodes the tokens
     * @return a decoder that writes special tokens too
     */
    public static StreamingDecoder withSpecialTokens(Tokenizer tokenizer) {
        return new StreamingDecoder(tokenizer, false);
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
        String text = decode(anchor, count);
        boolean incomplete = text.isEmpty() || text.charAt(text.length() - 1) == INCOMPLETE;
        return incomplete || text.length() <= anchorText.length() ? "" : emit(text);
    }

    /** @return what was held back at the end, as it is */
    public String finish() {
        String text = decode(anchor, count);
        return text.length() <= anchorText.length() ? "" : emit(text);
    }

    private String emit(String text) {
        String piece = text.substring(anchorText.length());
        anchor = emitted;
        emitted = count;
        anchorText = decode(anchor, emitted);
        return piece;
    }

    private String decode(int from, int to) {
        return tokenizer.decode(Arrays.copyOfRange(tokens, from, to), skipSpecialTokens);
    }
}
