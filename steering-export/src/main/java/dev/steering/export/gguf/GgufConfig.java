package dev.steering.export.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.vector.format.GgufHeader;
import dev.steering.core.vector.format.GgufHeader.Tensor;
import dev.steering.export.decoder.rotary.RotaryEmbedding;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The config.json that a GGUF file's metadata amounts to. What llama.cpp knows without being told, it knows here, too. */
final class GgufConfig {
    private static final double THETA = 10_000;
    private static final double GEMMA_3_THETA = 1_000_000;
    /** llama.cpp tells the models of 27 billion, whose queries have a scale of their own, by their layers. */
    private static final int LAYERS_OF_GEMMA_2_27B = 46;

    private static final int LAYERS_OF_GEMMA_3_27B = 62;
    private static final int LLAMA_3_CONTEXT = 8192;
    private static final double LLAMA_3_LOW = 1;
    private static final double LLAMA_3_HIGH = 4;
    private static final double SAME = 1e-5;

    private final Path file;
    private final GgufHeader header;
    private final GgufArchitecture architecture;
    private final float @Nullable [] frequencies;

    /** @param frequencies what divides the frequencies of position; null if nothing does */
    GgufConfig(Path file, GgufHeader header, GgufArchitecture architecture, float @Nullable [] frequencies) {
        this.file = file;
        this.header = header;
        this.architecture = architecture;
        this.frequencies = frequencies;
    }

    int heads() {
        return size("attention.head_count");
    }

    int kvHeads() {
        return number("attention.head_count_kv").isPresent()
                        || header.list(key("attention.head_count_kv")).isPresent()
                ? size("attention.head_count_kv")
                : heads();
    }

    private int headDim() {
        if (number("attention.key_length").isEmpty()) {
            return size("embedding_length") / heads();
        }
        int size = size("attention.key_length");
        if (number("attention.value_length").isPresent() && size("attention.value_length") != size) {
            throw error("attention.value_length", "that of attention.key_length, " + size);
        }
        return size;
    }

    ObjectNode json() {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.put("_name_or_path", header.text("general.name").orElse(String.valueOf(file.getFileName())));
        config.put("model_type", architecture.modelType());
        config.put("hidden_size", size("embedding_length"));
        config.put("intermediate_size", size("feed_forward_length"));
        config.put("num_hidden_layers", size("block_count"));
        config.put("num_attention_heads", heads());
        config.put("num_key_value_heads", kvHeads());
        config.put("head_dim", headDim());
        config.put("max_position_embeddings", size("context_length"));
        config.put("rms_norm_eps", real("attention.layer_norm_rms_epsilon", null));
        config.put("vocab_size", embedding().shape().get(0));
        config.put("tie_word_embeddings", header.tensors().stream().noneMatch(t -> t.name()
                .equals("output.weight")));
        if (number("expert_count").map(Number::longValue).orElse(0L) != 0) {
            throw error("expert_count", "none: mixtures are not read from GGUF");
        }
        if (number("rope.dimension_count").isPresent() && size("rope.dimension_count") != headDim()) {
            throw error("rope.dimension_count", "the size of a head, " + headDim());
        }
        if (!header.flag(key("attention.causal")).orElse(true)) {
            throw error("attention.causal", "true");
        }
        own(config);
        tokens(config);
        return config;
    }

    private void own(ObjectNode config) {
        switch (architecture) {
            case LLAMA -> {
                config.put("hidden_act", "silu");
                config.put("attention_bias", has("blk.0.attn_q.bias"));
                config.put("mlp_bias", has("blk.0.ffn_down.bias"));
            }
            case QWEN2, QWEN3 -> {
                config.put("hidden_act", "silu");
                config.put("use_sliding_window", false);
                config.put("attention_bias", architecture == GgufArchitecture.QWEN3 && has("blk.0.attn_q.bias"));
            }
            case GEMMA2, GEMMA3 -> gemma(config);
        }
        config.put(
                "rope_theta", real("rope.freq_base", architecture == GgufArchitecture.GEMMA3 ? GEMMA_3_THETA : THETA));
        scaling(config);
    }

    private void gemma(ObjectNode config) {
        boolean third = architecture == GgufArchitecture.GEMMA3;
        boolean large = size("block_count") == (third ? LAYERS_OF_GEMMA_3_27B : LAYERS_OF_GEMMA_2_27B);
        config.put("hidden_activation", "gelu_pytorch_tanh");
        config.put("sliding_window", size("attention.sliding_window"));
        config.put("query_pre_attn_scalar", large ? size("embedding_length") / heads() : headDim());
        if (third) {
            config.put("sliding_window_pattern", 6);
            config.put("rope_local_base_freq", real("rope.freq_base_swa", THETA));
            if (number("final_logit_softcapping").isPresent()) {
                config.put("final_logit_softcapping", real("final_logit_softcapping", null));
            } else {
                config.putNull("final_logit_softcapping");
            }
            config.putNull("attn_logit_softcapping");
        } else {
            config.put("attn_logit_softcapping", real("attn_logit_softcapping", 50.0));
            config.put("final_logit_softcapping", real("final_logit_softcapping", 30.0));
        }
    }

    private void scaling(ObjectNode config) {
        String type = header.text(key("rope.scaling.type")).orElse("none");
        if (frequencies != null) {
            llama3(config, frequencies);
        } else if (type.equals("linear")) {
            config.putObject("rope_scaling")
                    .put("rope_type", "linear")
                    .put("factor", real("rope.scaling.factor", null));
        } else if (!type.equals("none")) {
            throw error("rope.scaling.type", "none, linear");
        }
    }

    /** Llama 3.1's scaling is stored as what it divides frequencies by. */
    private void llama3(ObjectNode config, float[] divisors) {
        double theta = real("rope.freq_base", THETA);
        double factor = divisors[divisors.length - 1];
        float[] plain = RotaryEmbedding.standard(theta, headDim()).inverseFrequencies();
        boolean same = architecture == GgufArchitecture.LLAMA && plain.length == divisors.length && factor > 1;
        if (same) {
            float[] scaled = RotaryEmbedding.standard(theta, headDim())
                    .llama3(factor, LLAMA_3_LOW, LLAMA_3_HIGH, LLAMA_3_CONTEXT)
                    .inverseFrequencies();
            for (int i = 0; i < plain.length; i++) {
                same &= Math.abs(plain[i] / scaled[i] - divisors[i]) <= SAME * divisors[i];
            }
        }
        if (!same) {
            throw new BadFile(
                    file + ": the factors in '" + GgufArchitecture.FREQUENCIES + "' are not those of Llama 3's"
                            + " scaling, and no other is read. Use the original safetensors checkpoint.");
        }
        config.putObject("rope_scaling")
                .put("rope_type", "llama3")
                .put("factor", factor)
                .put("low_freq_factor", LLAMA_3_LOW)
                .put("high_freq_factor", LLAMA_3_HIGH)
                .put("original_max_position_embeddings", LLAMA_3_CONTEXT);
    }

    private void tokens(ObjectNode config) {
        id("bos_token_id").ifPresent(id -> config.put("bos_token_id", id));
        id("padding_token_id").ifPresent(id -> config.put("pad_token_id", id));
        ArrayNode end = config.putArray("eos_token_id");
        id("eos_token_id").ifPresent(end::add);
        id("eot_token_id")
                .filter(id -> id("eos_token_id").filter(id::equals).isEmpty())
                .ifPresent(end::add);
    }

    private Optional<Integer> id(String name) {
        return header.number("tokenizer.ggml." + name).map(Number::intValue);
    }

    private Tensor embedding() {
        return header.tensors().stream()
                .filter(tensor -> tensor.name().equals("token_embd.weight")
                        && tensor.shape().size() == 2)
                .findFirst()
                .orElseThrow(() -> new BadFile(file + " has no matrix 'token_embd.weight': it is no whole model."));
    }

    private boolean has(String tensor) {
        return header.tensors().stream().anyMatch(t -> t.name().equals(tensor));
    }

    private String key(String name) {
        return architecture.prefix() + name;
    }

    private Optional<Number> number(String name) {
        return header.number(key(name));
    }

    private int size(String name) {
        Number value = number(name).orElseThrow(() -> error(name, "a positive number for the whole model"));
        if (value.longValue() < 1
                || value.longValue() > Integer.MAX_VALUE
                || value.doubleValue() != value.longValue()) {
            throw error(name, "a positive whole number");
        }
        return value.intValue();
    }

    private double real(String name, @Nullable Double otherwise) {
        Number value = number(name).orElse(otherwise);
        if (value == null || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue())) {
            throw error(name, "a positive number");
        }
        // As it is written in decimal: 1e-5 and not the double next to the float.
        return value instanceof Float narrow ? Double.parseDouble(narrow.toString()) : value.doubleValue();
    }

    private BadFile error(String name, String expected) {
        Object found = number(name)
                .<Object>map(n -> n)
                .or(() -> header.text(key(name)).map(t -> t))
                .or(() -> header.flag(key(name)).map(t -> t))
                .or(() -> header.list(key(name)).map(t -> "a list"))
                .orElse("nothing");
        return new BadFile(file + ": metadata " + key(name) + " is " + found + ", expected " + expected
                + ". Use the original safetensors checkpoint.");
    }
}
