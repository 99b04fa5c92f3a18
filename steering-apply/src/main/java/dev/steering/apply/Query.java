package dev.steering.apply;

import dev.steering.core.BadRequest;
import dev.steering.core.prompts.Prompt;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that is to be answered, rendered and encoded once. Immutable; the token array is not copied and must not change.
 */
public final class Query {
    private final List<Turn> turns;
    private final int[] tokens;

    private Query(List<Turn> turns, int[] tokens) {
        this.turns = turns;
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
        return ofTurns(model, Turn.of(prompt, system));
    }

    /**
     * @param model encodes the conversation in its format
     * @param messages an optional system message, then turns of which the last is the user's
     * @return the query
     * @throws dev.steering.core.SteeringException if it does not fit the model's context, or the template refuses it
     */
    public static Query of(ChatModel model, List<Message> messages) {
        return ofTurns(model, Message.turns(messages));
    }

    /**
     * @param model encodes the prompt in its format
     * @param prompt a single question or a conversation
     * @param system the system prompt; null for none, or for a conversation's own
     * @return the query
     * @throws dev.steering.core.SteeringException if it does not fit the model's context, the template refuses it, or a conversation has
     *     a system message beside the given one
     */
    public static Query of(ChatModel model, Prompt prompt, @Nullable String system) {
        if (!prompt.isConversation()) {
            return of(model, prompt.text(), system);
        }
        List<Turn> turns = Turn.of(prompt.conversation());
        if (system == null) {
            return ofTurns(model, turns);
        }
        if (Turn.system(turns) != null) {
            throw new BadRequest(prompt.place()
                    + ": the conversation has a system message, and a system prompt is given for all: leave one out.");
        }
        return ofTurns(model, Turn.withSystem(turns, system));
    }

    private static Query ofTurns(ChatModel model, List<Turn> turns) {
        return new Query(List.copyOf(turns), model.encode(turns));
    }

    /**
     * A text that is no prompt and has no template, for methods that do the same to every token.
     *
     * @param tokens its tokens, at least one
     * @return a query without messages
     */
    public static Query plainText(int[] tokens) {
        return new Query(List.of(), tokens);
    }

    /** @return what the user said last; empty for a plain text */
    public String prompt() {
        return turns.isEmpty() ? "" : turns.get(turns.size() - 1).content();
    }

    /** @return the system prompt; null for none */
    public @Nullable String system() {
        return Turn.system(turns);
    }

    /**
     * @param method the name of a method that puts the conversation into contexts of its own, or decides about it
     * @return the conversation
     * @throws BadRequest if there is none, only tokens
     */
    public List<Turn> turns(String method) {
        if (turns.isEmpty()) {
            throw new BadRequest("The method " + method + " answers conversations: it needs the messages, and was given"
                    + " tokens only.");
        }
        return turns;
    }

    /** @return whether it is a text without messages */
    public boolean isPlainText() {
        return turns.isEmpty();
    }

    /** @return the conversation in the model's format, up to where the answer begins */
    public int[] tokens() {
        return tokens;
    }
}
