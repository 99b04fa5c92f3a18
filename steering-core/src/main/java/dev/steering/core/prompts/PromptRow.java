package dev.steering.core.prompts;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A prompt with what its file says about it.
 *
 * @param prompt the prompt, never blank
 * @param fields the other columns by name, in file order; empty for a {@code .txt} file
 */
public record PromptRow(String prompt, Map<String, String> fields) {
    public PromptRow {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
