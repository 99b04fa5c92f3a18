package dev.steering.model.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds stop texts in text that arrives piece by piece. What could be the beginning of one is held back until it is certain, so that
 * nothing of a stop text is ever handed on. Not thread-safe.
 */
final class StopTexts {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private @Nullable String matched;

    StopTexts(List<String> stops) {
        this.stops = stops;
    }

    /** Takes a piece; returns what is certain not to belong to a stop text. After a match there is nothing more. */
    String accept(String piece) {
        if (matched != null || piece.isEmpty()) {
            return "";
        }
        held.append(piece);
        int first = held.length();
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && at < first) {
                first = at;
                matched = stop;
            }
        }
        return release(matched != null ? first : held.length() - longestBeginning());
    }

    /** The stop text that was found first; of those that begin at the same place the one named first. */
    @Nullable
    String matched() {
        return matched;
    }

    /** What was held back, now that nothing follows. */
    String finish() {
        return matched != null ? "" : release(held.length());
    }

    private String release(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }

    /** Length of the longest end of the held text that a stop text begins with. */
    private int longestBeginning() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
