package dev.steering.eval;

import dev.steering.model.decode.GenerationOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ways of writing that a run can be repeated with. */
final class Writing {
    private Writing() {}

    static GenerationOptions greedy(GenerationOptions writing) {
        if (writing.temperature() != 0) {
            throw new IllegalArgumentException(
                    "Answers that are judged are written greedily: expected temperature 0, found "
                            + writing.temperature() + ".");
        }
        return writing;
    }

    /** The same, with another length. */
    static GenerationOptions withTokens(GenerationOptions writing, int maxNewTokens) {
        return GenerationOptions.greedy(maxNewTokens).withRepetitionPenalty(writing.repetitionPenalty());
    }

    /** What answers depend on, by name. */
    static Map<String, String> settings(GenerationOptions writing) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max-new-tokens", Integer.toString(writing.maxNewTokens()));
        settings.put("repetition-penalty", Double.toString(writing.repetitionPenalty()));
        return settings;
    }
}
