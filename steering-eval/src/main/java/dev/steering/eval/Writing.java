package dev.steering.eval;

import dev.steering.apply.GenerationOptions;
import dev.steering.core.BadRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ways of writing that a run can be repeated with. */
final class Writing {
    private Writing() {}

    static GenerationOptions greedy(GenerationOptions writing) {
        if (writing.decode().temperature() != 0) {
            throw new BadRequest("Answers that are judged are written greedily: expected temperature 0, found "
                    + writing.decode().temperature() + ".");
        }
        return writing;
    }

    /** The same, with another length. */
    static GenerationOptions withTokens(GenerationOptions writing, int maxNewTokens) {
        return GenerationOptions.greedy(maxNewTokens)
                .withRepetitionPenalty(writing.decode().repetitionPenalty());
    }

    /** What answers depend on, by name. */
    static Map<String, String> settings(GenerationOptions writing) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max-new-tokens", Integer.toString(writing.decode().maxNewTokens()));
        settings.put("repetition-penalty", Double.toString(writing.decode().repetitionPenalty()));
        return settings;
    }
}
