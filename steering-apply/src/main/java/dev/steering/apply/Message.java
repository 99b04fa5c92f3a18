package dev.steering.apply;

import dev.steering.model.chat.Turn;
import java.util.List;
import java.util.Objects;

/**
 * One message of a conversation. Immutable.
 *
 * @param role who says it
 * @param content what is said; text that looks like a template's own marks is text to the template, too
 */
public record Message(Role role, String content) {
    /** @throws NullPointerException if a part is missing */
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
    }

    /**
     * @param content what the model is told before the conversation
     * @return a system message
     */
    public static Message system(String content) {
        return new Message(Role.SYSTEM, content);
    }

    /**
     * @param content what the user says
     * @return the user's message
     */
    public static Message user(String content) {
        return new Message(Role.USER, content);
    }

    /**
     * @param content what the model has said
     * @return the model's message
     */
    public static Message assistant(String content) {
        return new Message(Role.ASSISTANT, content);
    }

    static List<Turn> turns(List<Message> messages) {
        return messages.stream()
                .map(message -> new Turn(message.role().toString(), message.content()))
                .toList();
    }
}
