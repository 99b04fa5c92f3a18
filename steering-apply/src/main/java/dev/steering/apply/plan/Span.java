package dev.steering.apply.plan;

import java.util.Locale;

/** A range of positions of a row: prompt tokens, template included, and written tokens. */
public enum Span {
    /** Every token. */
    ALL("all tokens"),
    /** The prompt's tokens, template included. */
    PROMPT("prompt tokens"),
    /** The prompt's last token, which is the template's, and every written one: SCANS's rule. */
    LAST_PROMPT_TOKEN_ON("the last prompt token and all written ones"),
    /** Written tokens only. The first of them is chosen by the prompt's last token and therefore unsteered. */
    GENERATED("written tokens"),
    /**
     * Where a reasoning model thinks: from the token that its thinking begins behind (the prompt's last where the template leaves a think
     * block open, else the last of an opening tag that it writes first) to the last before the closing tag's last.
     */
    THINKING("the thinking"),
    /**
     * The answer without the thinking: from the last token of the closing tag on; where nothing is thought, like {@link
     * #LAST_PROMPT_TOKEN_ON}.
     */
    ANSWER("the answer without the thinking");

    private final String words;

    Span(String words) {
        this.words = words;
    }

    /** @return for people */
    public String words() {
        return words;
    }

    /** @return whether the positions of the range depend on where a text thinks */
    public boolean dependsOnThinking() {
        return this == THINKING || this == ANSWER;
    }

    /** First position of the range in a row whose prompt has so many tokens. */
    int first(int promptTokens) {
        return switch (this) {
            case ALL, PROMPT -> 0;
            case LAST_PROMPT_TOKEN_ON, THINKING, ANSWER -> promptTokens - 1;
            case GENERATED -> promptTokens;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
