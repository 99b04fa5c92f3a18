package dev.steering.core.prompts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt and where it was found. Immutable.
 *
 * @param text what the user says; of a conversation its messages as JSON, which tells it from others in results
 * @param conversation the messages, an optional system message first and the user's question last; empty for a single question
 * @param place where it stands, for people: file and line, or its number
 * @param kind what its file says about it beside
 * @param frame what was put around the question that stands there; null if nothing was
 */
public record Prompt(String text, List<Said> conversation, String place, PromptKind kind, @Nullable Frame frame) {
    public Prompt {
        conversation = List.copyOf(conversation);
    }

    /**
     * What was put around a question.
     *
     * @param name the frame's name
     * @param question the question, as it stands where it was found
     */
    public record Frame(String name, String question) {}

    /**
     * @param text what the user says
     * @param conversation the messages; empty for a single question
     * @param place where it stands
     * @param kind what its file says about it beside
     */
    public Prompt(String text, List<Said> conversation, String place, PromptKind kind) {
        this(text, conversation, place, kind, null);
    }

    /**
     * @param text its messages as JSON
     * @param conversation the messages
     * @param place where it stands
     */
    public Prompt(String text, List<Said> conversation, String place) {
        this(text, conversation, place, PromptKind.UNKNOWN);
    }

    /**
     * @param text a single question
     * @param place where it stands
     */
    public Prompt(String text, String place) {
        this(text, List.of(), place);
    }

    /** @return whether it is more than a single question */
    public boolean isConversation() {
        return !conversation.isEmpty();
    }

    /** @return the beginning on one line, for messages, of what stands where it was found: a frame around it is left out */
    public String beginning() {
        return Named.shortened((frame == null ? text : frame.question()).strip());
    }

    /**
     * @param newText another question
     * @return it at the same place
     */
    public Prompt withText(String newText) {
        return new Prompt(newText, List.of(), place, kind, frame);
    }

    /**
     * @param newKind what is known about it
     * @return the same prompt with it
     */
    public Prompt withKind(PromptKind newKind) {
        return new Prompt(text, conversation, place, newKind, frame);
    }
}
