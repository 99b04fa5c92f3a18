package dev.steering.core.vector;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a steering vector came from; enough to refuse the wrong model and to repeat the extraction.
 *
 * @param modelFingerprint the bundle's fingerprint (SHA-256, hexadecimal)
 * @param modelName what the model calls itself, for people
 * @param contrastSetHash SHA-256 (hexadecimal) over both prompt lists
 * @param method {@code mean-difference}, {@code pca} or {@code optimized}
 * @param tokenSelector which token's activations were taken, e.g. {@code last}
 * @param site where in the network: {@code block-output}, the residual stream after a block
 * @param operation what the vector is meant for: {@code add}
 * @param template whether prompts went through the model's chat template: {@code chat} or {@code none}
 * @param seed seed of everything random in the extraction
 * @param versions versions of the software involved, by name, in order of the name
 */
public record Provenance(
        String modelFingerprint,
        String modelName,
        String contrastSetHash,
        String method,
        String tokenSelector,
        String site,
        String operation,
        String template,
        long seed,
        Map<String, String> versions) {
    /** Copies the map. */
    public Provenance {
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    }
}
