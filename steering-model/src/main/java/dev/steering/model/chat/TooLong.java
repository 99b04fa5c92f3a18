package dev.steering.model.chat;

/** What is done about prompts that do not fit the model's context. */
public enum TooLong {
    /** Nothing is run; the message names the first of them and how many there are. */
    REFUSE,
    /** They are left out, and counted. */
    SKIP,
    /**
     * The middle of the user's text is taken out, as much as is needed, and {@value PromptFit#CUT} put in its place: questions stand at
     * the beginning or at the end of a long text. Conversations are refused: which message to cut is nobody's to guess.
     */
    TRUNCATE
}
