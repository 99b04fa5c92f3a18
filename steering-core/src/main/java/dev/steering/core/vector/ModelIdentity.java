package dev.steering.core.vector;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a model, and about the way it is asked, that a vector's directions and threshold depend on. A part that is null
 * is not known and cannot be compared. Immutable and thread-safe.
 *
 * @param fingerprint of weights and tokenizer file, the bundle's (SHA-256, hexadecimal); vectors from elsewhere have none
 * @param config the settings of {@code config.json} that change the arithmetic, by name, nested names joined by dots: the base of the
 *     rotary positions, heads, activation and so on; empty for a model without that file
 * @param vocabulary SHA-256 (hexadecimal) over the tokenizer's tokens with their ids; empty for a model without a tokenizer file
 * @param frame what stands around the user's words
 */
public record ModelIdentity(
        @Nullable String fingerprint,
        @Nullable Map<String, String> config,
        @Nullable String vocabulary,
        @Nullable Frame frame) {
    public ModelIdentity {
        config = config == null ? null : Collections.unmodifiableMap(new TreeMap<>(config));
    }

    /** @return of a model about which nothing is known */
    public static ModelIdentity unknown() {
        return new ModelIdentity(null, null, null, null);
    }

    /**
     * @param fingerprint the bundle's
     * @return of a model of which only the weights are known, as in vector files of version 1
     */
    public static ModelIdentity ofFingerprint(String fingerprint) {
        return new ModelIdentity(fingerprint, null, null, null);
    }

    /**
     * What stands around the user's words, in tokens and as text, and what it was made with.
     *
     * @param format {@code chat} where prompts go through a chat template, otherwise {@code none}
     * @param head tokens in front of the user's words
     * @param tail tokens behind them, up to where the answer begins
     * @param headText the head's text
     * @param tailText the tail's text
     * @param variables variables that the template was given beside the usual ones, by name, values as JSON
     * @param system the system prompt, part of the head; null for none
     */
    public record Frame(
            String format,
            List<Integer> head,
            List<Integer> tail,
            String headText,
            String tailText,
            Map<String, String> variables,
            @Nullable String system) {
        public Frame {
            head = List.copyOf(head);
            tail = List.copyOf(tail);
            variables = Collections.unmodifiableMap(new TreeMap<>(variables));
        }
    }
}
