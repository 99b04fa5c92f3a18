package dev.steering.export.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens that begin and end sequences, as {@code config.json} and {@code generation_config.json} give them. */
public final class BoundaryTokens {
    private BoundaryTokens() {}

    /**
     * Of a model that also sees images, the text part's; where config.json is silent, what the generation config says.
     *
     * @param config the parsed {@code config.json}
     * @param generation the parsed {@code generation_config.json}, or an empty object
     * @return the token that starts a sequence; null where there is none
     */
    public static @Nullable Integer begin(JsonNode config, JsonNode generation) {
        for (JsonNode node : List.of(config, config.path("text_config"), generation)) {
            if (node.path("bos_token_id").isInt()) {
                return node.path("bos_token_id").asInt();
            }
        }
        return null;
    }

    /**
     * The generation config wins, as it does in Hugging Face's generate; either holds one id or a list.
     *
     * @param config the parsed {@code config.json}
     * @param generation the parsed {@code generation_config.json}, or an empty object
     * @return the tokens that end an answer
     */
    public static List<Integer> end(JsonNode config, JsonNode generation) {
        JsonNode ids = MissingNode.getInstance();
        for (JsonNode node : List.of(config.path("text_config"), config, generation)) {
            ids = node.hasNonNull("eos_token_id") ? node.path("eos_token_id") : ids;
        }
        List<Integer> end = new ArrayList<>();
        if (ids.isInt()) {
            end.add(ids.asInt());
        }
        ids.forEach(id -> end.add(id.asInt()));
        return end;
    }
}
