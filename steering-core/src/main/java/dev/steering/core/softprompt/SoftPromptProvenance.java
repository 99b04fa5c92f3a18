package dev.steering.core.softprompt;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where soft prompts came from; enough to refuse the wrong model and to repeat the tuning.
 *
 * @param modelFingerprint the bundle's fingerprint (SHA-256, hexadecimal)
 * @param modelName what the model calls itself, for people
 * @param anchorSetHash SHA-256 (hexadecimal) over all anchor pairs
 * @param anchors number of anchor pairs by kind, training and held-out ones counted apart
 * @param template whether prompts went through the model's chat template: {@code chat} or {@code none}
 * @param slot where the soft prompt stood: {@code system} for a system prompt's place, {@code user} for in front of the user's words
 * @param seed seed of the split and of the order of the anchors
 * @param settings the tuning's settings by name
 * @param versions versions of the software involved, by name
 */
public record SoftPromptProvenance(
        String modelFingerprint,
        String modelName,
        String anchorSetHash,
        Map<String, Integer> anchors,
        String template,
        String slot,
        long seed,
        Map<String, Double> settings,
        Map<String, String> versions) {
    public SoftPromptProvenance {
        anchors = Collections.unmodifiableMap(new TreeMap<>(anchors));
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    }
}
