package dev.steering.export.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens that begin and end sequences, as {@code config.json} and {@code generation_config.json} give them. */
public final class SpecialTokens {
    private SpecialTokens() {}

    /**
     * @param config the parsed {@code config.json}
     * @return the token that starts a sequence; null where there is none
     */
    public static @Nullable Integer begin(JsonNode config) {
        return config.path("bos_token_id").isInt() ? config.path("bos_token_id").asInt() : null;
    }

    /**
     * The generation config wins, as it does in Hugging Face's generate; either holds one id or a list.
     *
     * @param config the parsed {@code config.json}
     * @param generation the parsed {@code generation_config.json}, or an empty object
     * @return the tokens that end an answer
     */
    public static List<Integer> end(JsonNode config, JsonNode generation) {
        JsonNode ids =
                generation.hasNonNull("eos_token_id") ? generation.path("eos_token_id") : config.path("eos_token_id");
        List<Integer> end = new ArrayList<>();
        if (ids.isInt()) {
            end.add(ids.asInt());
        }
        ids.forEach(id -> end.add(id.asInt()));
        return end;
    }
}
