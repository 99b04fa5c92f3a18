package dev.steering.eval.sweep;

import dev.steering.eval.utility.TokenSum;
import dev.steering.model.decode.Generation;
import java.util.List;

/** What a sweep asks of a model and a vector. */
public interface SweepModel {
    /**
     * @param prompts prompts
     * @return how long each is, in tokens
     */
    int[] lengths(List<String> prompts);

    /**
     * @param prompts one batch
     * @return cosine of every prompt's transition with the vector's reference, {@code [prompts][layers]}
     */
    List<double[]> cosines(List<String> prompts);

    /**
     * @param prompts one batch
     * @param pushes what to do to each prompt, one after the other; all at the same layers
     * @return the answers, {@code [pushes][prompts]}
     */
    List<List<Generation>> answers(List<String> prompts, List<Push> pushes);

    /**
     * @param longest tokens of the longest answer
     * @return how many prompts {@link #divergences} takes at once
     */
    int divergenceRows(int longest);

    /**
     * @param prompts one batch
     * @param answers the unsteered answers to them
     * @param pushes what to do to each prompt
     * @return sums over the answers' tokens of KL(unsteered || pushed), {@code [pushes][prompts]}
     */
    List<List<TokenSum>> divergences(List<String> prompts, List<Generation> answers, List<Push> pushes);
}
