package dev.steering.apply;

import dev.steering.model.decode.Generation;
import org.jspecify.annotations.Nullable;

/**
 * A model's answer to one prompt.
 *
 * @param prompt what was asked
 * @param generation what was written
 * @param decision what SCANS decided about the prompt; null for methods that decide nothing
 */
public record Answer(String prompt, Generation generation, @Nullable Decision decision) {
    /** @return the text of the answer */
    public String text() {
        return generation.text();
    }
}
