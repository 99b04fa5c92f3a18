package dev.steering.export.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** The tokens that stand for pictures and sounds in the text of a model that takes them. */
public final class OtherTokens {
    private static final List<String> KEYS = List.of(
            "image_token_id",
            "image_token_index",
            "video_token_id",
            "video_token_index",
            "audio_token_id",
            "audio_token_index");

    private OtherTokens() {}

    /**
     * @param config a {@code config.json}
     * @return their ids in ascending order; none for a model of text alone
     */
    public static List<Integer> of(JsonNode config) {
        if (!config.has("text_config") && !config.has("vision_config")) {
            return List.of();
        }
        return Stream.of(config, config.path("text_config"))
                .flatMap(node -> KEYS.stream().map(node::path))
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::asInt)
                .distinct()
                .sorted()
                .toList();
    }
}
