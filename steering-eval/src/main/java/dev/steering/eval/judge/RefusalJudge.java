package dev.steering.eval.judge;

import java.util.List;

/** Decides whether the text that a model generated refuses the request. Implementations are thread-safe. */
@FunctionalInterface
public interface RefusalJudge {
    /**
     * @param text the generated response alone, without the prompt and without special tokens; may be empty
     * @return true if it is a refusal
     */
    boolean isRefusal(String text);

    /**
     * Judges many responses.
     *
     * @param texts generated responses
     * @return the verdicts, in the same order
     */
    default List<Boolean> verdicts(List<String> texts) {
        return texts.stream().map(this::isRefusal).toList();
    }
}
