package dev.steering.apply;

/**
 * What an answer took, in tokens.
 *
 * @param promptTokens tokens of the conversation in the model's format
 * @param completionTokens tokens written, without the end token
 * @param extraPositions positions that the method ran beside those: a second context with its copy of the answer, the tokens that a
 *     gate runs behind the prompt, and prompt tokens that are run again
 */
public record Usage(int promptTokens, int completionTokens, int extraPositions) {
    /** @return tokens of prompt and answer */
    public int totalTokens() {
        return promptTokens + completionTokens;
    }
}
