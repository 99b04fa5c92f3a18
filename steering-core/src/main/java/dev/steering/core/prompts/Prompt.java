package dev.steering.core.prompts;

import java.util.List;

/**
 * One prompt and where it was found. Immutable.
 *
 * @param text what the user says; of a conversation its messages as JSON, which tells it from others in results
 * @param conversation the messages, an optional system message first and the user's question last; empty for a single question
 * @param place where it stands, for people: file and line, or its number
 * @param kind what its file says about it beside
 */
public record Prompt(String text, List<Said> conversation, String place, PromptKind kind) {
    public Prompt {
        conversation = List.copyOf(conversation);
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

    /** @return its text's beginning on one line, for messages */
    public String beginning() {
        return Named.shortened(text.strip());
    }

    /**
     * @param newText another question
     * @return it at the same place
     */
    public Prompt withText(String newText) {
        return new Prompt(newText, List.of(), place, kind);
    }

    /**
     * @param newKind what is known about it
     * @return the same prompt with it
     */
    public Prompt withKind(PromptKind newKind) {
        return new Prompt(text, conversation, place, newKind);
    }
}
