package dev.steering.export.decoder;

import dev.steering.core.SteeringException;
import dev.steering.export.checkpoint.ConfigReader;

/** Reads the {@code config.json} of a Llama-family checkpoint. */
public final class LlamaConfig {
    /** The model type that this reads. */
    public static final String MODEL_TYPE = "llama";

    private static final String ROPE_TYPES = "default, linear, llama3";

    private LlamaConfig() {}

    /**
     * @param config the parsed {@code config.json}
     * @return the decoder in numbers
     * @throws SteeringException naming the key, if something is missing, wrong or not implemented
     */
    public static DecoderSpec read(ConfigReader config) {
        if (!config.text("model_type", "").equals(MODEL_TYPE)) {
            throw config.unsupported("model_type", MODEL_TYPE);
        }
        if (!config.text("hidden_act", "silu").equals("silu")) {
            throw config.unsupported("hidden_act", "silu");
        }
        config.refuse("quantization_config", "export the unquantised checkpoint.");
        config.requireNeutral("partial_rotary_factor", 1);
        int hidden = config.positive("hidden_size");
        int heads = config.positive("num_attention_heads");
        int kvHeads = config.positive("num_key_value_heads", heads);
        if (heads % kvHeads != 0) {
            throw new SteeringException("config.json: num_attention_heads " + heads
                    + " is not a multiple of num_key_value_heads " + kvHeads + ".");
        }
        int headDim = config.positive("head_dim", hidden / heads);
        if (headDim % 8 != 0) {
            throw new SteeringException("config.json: head_dim " + headDim
                    + " is not supported: ONNX Runtime's attention needs a multiple of 8.");
        }
        return new DecoderSpec(
                MODEL_TYPE,
                config.positive("num_hidden_layers"),
                hidden,
                heads,
                kvHeads,
                headDim,
                config.positive("intermediate_size"),
                config.positive("vocab_size"),
                config.positive("max_position_embeddings", 2048),
                config.flag("tie_word_embeddings", false),
                (float) config.positiveNumber("rms_norm_eps", 1e-6),
                rotary(config, headDim));
    }

    /** Older checkpoints have rope_theta and rope_scaling, newer ones both in rope_parameters. */
    private static RotaryEmbedding rotary(ConfigReader config, int headDim) {
        boolean newer = config.has("rope_parameters");
        ConfigReader base = newer ? config.object("rope_parameters") : config;
        RotaryEmbedding plain = RotaryEmbedding.standard(base.positiveNumber("rope_theta", 10000), headDim);
        if (!newer && !config.has("rope_scaling")) {
            return plain;
        }
        ConfigReader scaling = newer ? base : config.object("rope_scaling");
        scaling.requireNeutral("partial_rotary_factor", 1);
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        return switch (scaling.text(key, "default")) {
            case "default" -> plain;
            case "linear" -> plain.linear(scaling.positiveNumber("factor"));
            case "llama3" ->
                plain.llama3(
                        scaling.positiveNumber("factor"),
                        scaling.positiveNumber("low_freq_factor"),
                        scaling.positiveNumber("high_freq_factor"),
                        scaling.positiveNumber("original_max_position_embeddings"));
            default -> throw scaling.unsupported(key, ROPE_TYPES);
        };
    }
}
