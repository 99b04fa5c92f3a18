package dev.steering.model.decode;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import java.util.List;

/**
 * Looks at a prompt in an unsteered pass, before its text is written: what it finds decides how the text is steered. Where the
 * steering leaves all but the last prompt token alone, that pass is also the one that reads the prompt. Implementations are immutable
 * and thread-safe.
 */
public interface PromptProbe {
    /** What was found at one prompt. */
    interface Reading {}

    /** @return tokens that are run behind the prompt, perhaps none; the cache forgets them */
    int[] suffix();

    /**
     * @param promptTokens length of the prompt
     * @return what is captured; equally many for every prompt
     */
    List<Capture> captures(int promptTokens);

    /**
     * @param states what the pass captured
     * @param row the prompt's row
     * @return what follows from it; must not refer to the states, whose memory is used again
     */
    Reading read(ForwardResult states, int row);
}
