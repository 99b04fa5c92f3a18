package dev.steering.bench.shape;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A tensor that a checkpoint of some {@code config.json} has, and what its random values are like: centred, and of such a spread
 * that activations of any depth stay of order 1.
 *
 * @param name its name
 * @param centre mean of its values
 * @param spread standard deviation of its values
 * @param shape its sizes
 */
record CheckpointTensor(String name, double centre, double spread, List<Long> shape) {
    private static final double SMALL = 0.1;
    private static final Set<String> GEMMAS = Set.of("gemma2");

    CheckpointTensor {
        shape = List.copyOf(shape);
    }

    long elements() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    /** The tensors of Llama, Mistral, Qwen2, Qwen3, Qwen3 with experts and Gemma 2. */
    static List<CheckpointTensor> all(JsonNode config) {
        return new Collector(config).all();
    }

    /** Names and sizes, layer by layer. */
    private static final class Collector {
        private final JsonNode config;
        private final String type;
        private final long hidden;
        private final int layers;
        private final List<CheckpointTensor> tensors = new ArrayList<>();

        Collector(JsonNode config) {
            this.config = config;
            this.type = config.path("model_type").asText();
            this.hidden = config.path("hidden_size").asLong();
            this.layers = config.path("num_hidden_layers").asInt();
        }

        List<CheckpointTensor> all() {
            long vocabulary = config.path("vocab_size").asLong();
            matrix("model.embed_tokens", vocabulary, hidden, 1);
            for (int l = 0; l < layers; l++) {
                layer("model.layers." + l + ".");
            }
            norm("model.norm", hidden);
            if (!config.path("tie_word_embeddings").asBoolean()) {
                matrix("lm_head", vocabulary, hidden, 1);
            }
            // As in published files: what lies beside what decides which products a graph can join.
            tensors.sort(Comparator.comparing(CheckpointTensor::name));
            return tensors;
        }

        private void layer(String prefix) {
            long heads = config.path("num_attention_heads").asLong();
            long headSize = config.path("head_dim").asLong(hidden / heads);
            long keys = config.path("num_key_value_heads").asLong() * headSize;
            long inner = config.path("intermediate_size").asLong();
            // The branches of all layers together add as much to the residual stream as one of them would.
            double share = 1 / Math.sqrt(2.0 * layers);
            norm(prefix + "input_layernorm", hidden);
            matrix(prefix + "self_attn.q_proj", heads * headSize, hidden, 1);
            matrix(prefix + "self_attn.k_proj", keys, hidden, 1);
            matrix(prefix + "self_attn.v_proj", keys, hidden, 1);
            if (type.equals("qwen2")) {
                bias(prefix + "self_attn.q_proj", heads * headSize);
                bias(prefix + "self_attn.k_proj", keys);
                bias(prefix + "self_attn.v_proj", keys);
            }
            if (type.startsWith("qwen3")) {
                norm(prefix + "self_attn.q_norm", headSize);
                norm(prefix + "self_attn.k_norm", headSize);
            }
            matrix(prefix + "self_attn.o_proj", hidden, heads * headSize, share);
            norm(prefix + "post_attention_layernorm", hidden);
            if (GEMMAS.contains(type)) {
                norm(prefix + "pre_feedforward_layernorm", hidden);
                norm(prefix + "post_feedforward_layernorm", hidden);
            }
            if (type.equals("qwen3_moe")) {
                experts(prefix + "mlp.", share);
            } else {
                mlp(prefix + "mlp.", inner, share);
            }
        }

        private void experts(String prefix, double share) {
            int experts = config.path("num_experts").asInt();
            long inner = config.path("moe_intermediate_size").asLong();
            matrix(prefix + "gate", experts, hidden, 1);
            for (int e = 0; e < experts; e++) {
                mlp(prefix + "experts." + e + ".", inner, share);
            }
        }

        private void mlp(String prefix, long inner, double share) {
            matrix(prefix + "gate_proj", inner, hidden, 1);
            matrix(prefix + "up_proj", inner, hidden, 1);
            matrix(prefix + "down_proj", hidden, inner, share);
        }

        private void matrix(String module, long out, long in, double share) {
            add(module + ".weight", 0, share / Math.sqrt((double) in), List.of(out, in));
        }

        /** Gemma's norms are stored without the 1 that they are added to. */
        private void norm(String module, long size) {
            add(module + ".weight", GEMMAS.contains(type) ? 0 : 1, SMALL, List.of(size));
        }

        private void bias(String module, long size) {
            add(module + ".bias", 0, SMALL, List.of(size));
        }

        private void add(String name, double centre, double spread, List<Long> shape) {
            tensors.add(new CheckpointTensor(name, centre, spread, shape));
        }
    }
}
