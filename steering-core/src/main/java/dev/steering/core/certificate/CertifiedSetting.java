package dev.steering.core.certificate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done with a vector when it was measured.
 *
 * @param method the method's name
 * @param plan the same in full for programs: the method's JSON, in which the vector is in no file. Two settings are the same if these
 *     texts are
 * @param words the same for people
 * @param layers the layers that were steered, 0-based, ascending; empty where the method does not say
 * @param alpha the strength, signed as it was added; null where the method has none
 * @param scale what it multiplied, {@code unit} or {@code raw}; null where the method has none
 */
public record CertifiedSetting(
        String method,
        String plan,
        String words,
        List<Integer> layers,
        @Nullable Double alpha,
        @Nullable String scale) {
    public CertifiedSetting {
        layers = List.copyOf(layers);
    }
}
