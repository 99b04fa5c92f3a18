package dev.steering.bench.shape;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Shapes as small as can be. */
final class TinyShapes {
    private TinyShapes() {}

    /** Two layers of 32, four heads of 8 of which two are keys, inner width 64, 48 tokens. */
    static ModelShape of(String type, boolean tied, String more) {
        String config = "{\"model_type\": \"" + type + "\", \"hidden_size\": 32, \"intermediate_size\": 64,"
                + " \"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"num_key_value_heads\": 2, \"head_dim\": 8,"
                + " \"vocab_size\": 48, \"max_position_embeddings\": 64, \"rms_norm_eps\": 1e-5, \"rope_theta\": 10000.0,"
                + " \"tie_word_embeddings\": " + tied + more + "}";
        try {
            return ModelShape.of("tiny-" + type, (ObjectNode) new ObjectMapper().readTree(config));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(config, e);
        }
    }

    static ModelShape llama(boolean tied) {
        return of("llama", tied, ", \"hidden_act\": \"silu\"");
    }
}
