package dev.steering.core.bundle;

import org.jspecify.annotations.Nullable;

/**
 * What counts a graph's layers beside its data flow. A graph whose data flow and evidence differ is not instrumented, unless its points
 * are given by hand. Immutable and thread-safe.
 *
 * @param configured what the model's configuration says; null if it does not
 * @param named what numbers in the names of nodes and weights say; null if there are none
 * @param given whether the points were given by hand
 */
public record CountedLayers(@Nullable Integer configured, @Nullable Integer named, boolean given) {
    /** @return whether anything counts the layers beside the data flow */
    public boolean counts() {
        return configured != null || named != null;
    }

    /** @return in words, without a full stop */
    public String describe() {
        String counted;
        if (configured != null && named != null) {
            counted = "config.json counts " + configured + " layers, numbers in names " + named;
        } else if (configured != null) {
            counted = "config.json counts " + configured + " layers, names have no numbers";
        } else if (named != null) {
            counted = "numbers in names count " + named + " layers, no config.json does";
        } else {
            counted = "nothing counts the layers: there is no config.json that does, and names have no numbers";
        }
        return given ? "points given by hand; " + counted : counted;
    }
}
