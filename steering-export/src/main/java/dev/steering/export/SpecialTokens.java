package dev.steering.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens that begin and end sequences, as {@code config.json} and {@code generation_config.json} give them. */
final class SpecialTokens {
    private SpecialTokens() {}

    /** Of a model that also sees images, the text part's; where config.json is silent, what the generation config says. */
    static @Nullable Integer begin(JsonNode config, JsonNode generation) {
        for (JsonNode node : List.of(config, config.path("text_config"), generation)) {
            if (node.path("bos_token_id").isInt()) {
                return node.path("bos_token_id").asInt();
            }
        }
        return null;
    }

    /** The generation config wins, as it does in Hugging Face's generate; either holds one id or a list. */
    static List<Integer> end(JsonNode config, JsonNode generation) {
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
