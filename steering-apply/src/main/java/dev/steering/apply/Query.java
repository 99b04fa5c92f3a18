package dev.steering.apply;

import dev.steering.model.chat.ChatModel;
import org.jspecify.annotations.Nullable;

/** One prompt to be answered. Immutable; the token array is not copied and must not change. */
public final class Query {
    private final String prompt;
    private final @Nullable String system;
    private final int[] tokens;

    private Query(String prompt, @Nullable String system, int[] tokens) {
        this.prompt = prompt;
        this.system = system;
        this.tokens = tokens;
    }

    /**
     * @param model encodes the prompt in its format
     * @param prompt what the user says, without any template
     * @param system the system prompt; null for none
     * @return the query
     * @throws dev.steering.core.SteeringException if it does not fit the model's context, or the template knows no system prompt
     */
    public static Query of(ChatModel model, String prompt, @Nullable String system) {
        return new Query(prompt, system, model.encode(prompt, system));
    }

    /**
     * A text that is no prompt and has no template, for methods that do the same to every token.
     *
     * @param tokens its tokens, at least one
     * @return a query whose prompt is empty
     */
    public static Query plainText(int[] tokens) {
        return new Query("", null, tokens);
    }

    /**
     * @return what the user says, without any template; a method that needs the prompt in another context, such as under a system
     *     prompt of its own, encodes it itself
     */
    public String prompt() {
        return prompt;
    }

    /** @return the system prompt that the tokens begin with; null for none */
    public @Nullable String system() {
        return system;
    }

    /** @return the prompt in the model's format, up to where the answer begins */
    public int[] tokens() {
        return tokens;
    }
}
