package dev.steering.springai;

/** Names of what this project adds to the metadata of responses. */
public final class SteeringMetadata {
    /** What gates decided about the question: a list of {@link dev.steering.apply.Decision}, empty for methods that decide nothing. */
    public static final String DECISIONS = "steering.decisions";

    /** One sentence for people: what the steering does, with its settings. Not there where there was none. */
    public static final String WORDS = "steering.words";

    /** The same for programs: one JSON object on one line. Not there where there was none. */
    public static final String SETTINGS = "steering.settings";

    /** Positions that the method ran beside the tokens of prompt and answer: an Integer. */
    public static final String EXTRA_POSITIONS = "steering.extra-positions";

    /** In a generation's metadata: why it ended, a {@link dev.steering.apply.FinishReason}. */
    public static final String FINISH = "steering.finish";

    /** In a generation's metadata: the stop text that ended it. Not there where none did. */
    public static final String STOP_MATCHED = "steering.stop-matched";

    private SteeringMetadata() {}
}
