package dev.steering.model.tokenizer;

/**
 * The texts of single tokens: what each adds behind the one before it, because decoders treat the first that they see in a way of its own
 * (SentencePiece drops its space). Not thread-safe.
 */
public final class TokenTexts {
    private final Tokenizer tokenizer;
    private int before;
    private String textBefore;

    /**
     * @param tokenizer decodes the tokens
     * @param before the token before the first
     */
    public TokenTexts(Tokenizer tokenizer, int before) {
        this.tokenizer = tokenizer;
        this.before = before;
        this.textBefore = decode(before);
    }

    /**
     * @param token a token that could come next
     * @return its text; U+FFFD where it holds a part of a character
     */
    public String text(int token) {
        String both = decode(before, token);
        return both.startsWith(textBefore) ? both.substring(textBefore.length()) : decode(token);
    }

    /** @param token what did come next */
    public void accept(int token) {
        before = token;
        textBefore = decode(token);
    }

    private String decode(int... tokens) {
        return tokenizer.decode(tokens, false);
    }
}
