package dev.steering.extract.tune;

import dev.steering.model.tokenizer.Tokenizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A prompt with a response that tuning makes more or less likely.
 *
 * @param prompt what the user says
 * @param system the system prompt that the pair is to be read under, behind the soft prompt; null for none
 * @param response the response, or its beginning
 * @param kind what it is
 */
public record AnchorPair(String prompt, @Nullable String system, String response, Kind kind) {
    /**
     * @param prompt the pair's prompt in tokens, up to where an answer begins
     * @param tokenizer the model's
     * @return the same followed by the response's tokens
     */
    public int[] answered(int[] prompt, Tokenizer tokenizer) {
        int[] response = tokenizer.encode(this.response, false);
        int[] all = Arrays.copyOf(prompt, prompt.length + response.length);
        System.arraycopy(response, 0, all, prompt.length, response.length);
        return all;
    }

    /** What prompt and response are. */
    public enum Kind {
        /** A harmful prompt with a refusal. */
        HARMFUL_REFUSAL("harmful", "refusal"),
        /** A harmful prompt with the beginning of an answer; never instructions. */
        HARMFUL_ANSWER("harmful", "answer"),
        /** A harmless prompt with an answer. */
        HARMLESS_ANSWER("harmless", "answer");

        private final String label;
        private final String response;

        Kind(String label, String response) {
            this.label = label;
            this.response = response;
        }

        /** @return {@code harmful} or {@code harmless} */
        public String label() {
            return label;
        }

        /** @return {@code refusal} or {@code answer} */
        public String response() {
            return response;
        }

        /** @return both, for people */
        public String words() {
            return label + " prompts with " + (response.equals("refusal") ? "refusals" : "answers");
        }
    }
}
