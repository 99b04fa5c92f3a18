package dev.steering.apply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param text what was written, up to where a stop text begins
 * @param finish why it ended
 * @param stopMatched the stop text that ended it; null if none did
 * @param usage what it took
 * @param decisions what the method decided about the question, in the order of its gates; empty for methods that decide nothing, and
 *     for answers that ended before the question was looked at
 */
public record ChatResponse(
        String text, FinishReason finish, @Nullable String stopMatched, Usage usage, List<Decision> decisions) {
    public ChatResponse {
        decisions = List.copyOf(decisions);
    }
}
