package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.Choice;
import dev.steering.export.decoder.DecoderSpec.ExpertGate;
import dev.steering.export.decoder.DecoderSpec.ExpertPlace;
import dev.steering.export.decoder.DecoderSpec.ExpertStorage;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.export.decoder.DecoderSpec.Multipliers;
import dev.steering.export.decoder.DecoderSpec.PerLayerEmbeddings;
import dev.steering.export.decoder.DecoderSpec.Routing;
import dev.steering.export.decoder.DecoderSpec.Value;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gemma 4, alone or as the text part of the models that also see and hear: layers that see the whole text have larger heads, values
 * are normed, every layer's output has a factor, some models give every layer embeddings of its own, and in some the last layers take the
 * keys and values of earlier ones. Those are written into a cache of their own here: exact, and no smaller than without sharing.
 */
final class Gemma4Config {
    private static final Map<String, ?> DEFAULTS = Map.ofEntries(
            Map.entry("vocab_size", 262144),
            Map.entry("hidden_size", 2304),
            Map.entry("intermediate_size", 9216),
            Map.entry("num_hidden_layers", 30),
            Map.entry("num_attention_heads", 8),
            Map.entry("num_key_value_heads", 4),
            Map.entry("head_dim", 256),
            Map.entry("global_head_dim", 512),
            Map.entry("hidden_activation", "gelu_pytorch_tanh"),
            Map.entry("max_position_embeddings", 131072),
            Map.entry("rms_norm_eps", 1e-6),
            Map.entry("sliding_window", 512),
            Map.entry("vocab_size_per_layer_input", 262144),
            Map.entry("hidden_size_per_layer_input", 256),
            Map.entry("tie_word_embeddings", true));
    private static final String PER_LAYER = "per_layer_config";
    private static final int FULL_EVERY = 6;
    private static final double LOCAL_THETA = 10_000;
    private static final double GLOBAL_THETA = 1_000_000;
    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";
    private static final Map<String, ?> GLOBAL_ROTARY =
            Map.of("rope_type", "proportional", "partial_rotary_factor", 0.25, "rope_theta", GLOBAL_THETA);

    static final List<String> OTHER_PARTS = List.of(
            "model.vision_tower.",
            "model.audio_tower.",
            "model.embed_vision.",
            "model.embed_audio.",
            "vision_tower.",
            "audio_tower.",
            "embed_vision.",
            "embed_audio.");

    private Gemma4Config() {}

    static DecoderSpec readText(ConfigReader raw, TensorPrefix tensors) {
        return read(raw, tensors).build("gemma4_text");
    }

    static DecoderSpec readMultimodal(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        SpecBuilder builder = read(whole.object("text_config"), tensors.besides(OTHER_PARTS));
        builder.tied(whole.flag("tie_word_embeddings", builder.tied()));
        return builder.build("gemma4");
    }

    private static SpecBuilder read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = global(raw).withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("final_logit_softcapping"));
        builder.biases(false);
        builder.flow(Flow.SANDWICH);
        builder.rename(Part.MLP_NORM, "pre_feedforward_layernorm");
        builder.activation(config.text("hidden_activation", ""));
        builder.scale(1);
        builder.headNorm(HeadNorm.EACH_HEAD);
        builder.value(Value.NORMED);
        builder.multipliers(new Multipliers(
                Math.sqrt(builder.hidden()), 1, 1, config.positiveNumber("final_logit_softcapping", 0), true));
        int perLayer = (int) config.nonNegative("hidden_size_per_layer_input", 0);
        if (perLayer > 0) {
            builder.perLayer(new PerLayerEmbeddings(perLayer, config.positive("vocab_size_per_layer_input")));
        }
        layers(builder);
        if (config.flag("enable_moe_block", false)) {
            experts(builder);
        }
        return builder;
    }

    /** Experts beside every layer's MLP. */
    private static void experts(SpecBuilder builder) {
        ConfigReader config = builder.config();
        builder.rename(Part.ROUTER, "router.proj");
        builder.rename(Part.EXPERT_GATE, "experts.gate_up_proj");
        builder.rename(Part.EXPERT_DOWN, "experts.down_proj");
        builder.mixture(
                new Experts(
                        config.positive("num_experts"),
                        config.positive("top_k_experts"),
                        config.positive("moe_intermediate_size"),
                        builder.activation(),
                        ExpertGate.PLAIN,
                        Routing.SOFTMAX_OF_LARGEST,
                        ExpertStorage.STACKED,
                        false,
                        0,
                        false,
                        Choice.LARGEST,
                        ExpertPlace.BESIDE_MLP),
                layer -> true);
    }

    /** Later configs say for every layer what the layers that see the whole text have in common. */
    private static ConfigReader global(ConfigReader raw) {
        ConfigReader layers = raw.objectOrEmpty(PER_LAYER);
        if (layers.keys().isEmpty()) {
            return raw;
        }
        ConfigReader first = layers.object(layers.keys().get(0));
        for (String layer : layers.keys()) {
            ConfigReader other = layers.object(layer);
            if (!Set.of("head_dim", "num_key_value_heads").containsAll(other.keys()) || !other.sameAs(first)) {
                throw raw.error(PER_LAYER + " is supported only where all its layers say the same head_dim and"
                        + " num_key_value_heads; layer " + layer + " is another.");
            }
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("global_head_dim", first.positive("head_dim"));
        if (first.has("num_key_value_heads")) {
            keys.put("num_global_key_value_heads", first.positive("num_key_value_heads"));
        }
        return raw.with(keys);
    }

    /** Those that have an entry of their own have to be those that see the whole text. */
    private static void requireGlobal(ConfigReader config, int layer, boolean sliding) {
        if (config.has(PER_LAYER) && config.object(PER_LAYER).has(Integer.toString(layer)) == sliding) {
            throw config.error(
                    PER_LAYER + " is supported only for the layers of full_attention, and for all of them; layer "
                            + layer + " is another.");
        }
    }

    private static void layers(SpecBuilder builder) {
        ConfigReader config = builder.config();
        LayerTypes types = LayerTypes.read(config, builder.layers(), layer -> (layer + 1) % FULL_EVERY != 0);
        int shared = (int) config.nonNegative("num_kv_shared_layers", 0);
        int own = builder.layers() - shared;
        boolean wide = config.flag("use_double_wide_mlp", false);
        boolean keysAreValues = config.flag("attention_k_eq_v", false);
        int globalSize = config.positive("global_head_dim");
        int globalKeys = keysAreValues
                ? config.positive("num_global_key_value_heads", config.positive("num_key_value_heads"))
                : config.positive("num_key_value_heads");
        ConfigReader rotary = config.objectOrEmpty("rope_parameters");
        ConfigReader full = rotary.has(FULL)
                ? rotary.object(FULL)
                : config.with(Map.of("rope_parameters", GLOBAL_ROTARY)).object("rope_parameters");
        builder.rotaries(List.of(
                RotaryConfig.read(full, builder, GLOBAL_THETA, globalSize),
                RotaryConfig.read(rotary.objectOrEmpty(SLIDING), builder, LOCAL_THETA, builder.headDim())));
        Attention global =
                builder.attention().withHeads(globalKeys, globalSize, keysAreValues ? Value.NORMED_KEYS : Value.NORMED);
        Mlp plain = builder.mlp();
        Mlp doubled = new Mlp(2 * plain.width(), plain.activation(), plain.gated(), plain.packed(), plain.bias());
        List<Layer> plan = new ArrayList<>();
        for (int l = 0; l < builder.layers(); l++) {
            // The reference makes the last layer see the whole text whatever the list says.
            boolean sliding = types.sliding(l) && l + 1 < builder.layers();
            requireGlobal(config, l, sliding);
            Layer layer =
                    sliding ? new Layer(1, config.positive("sliding_window")) : new Layer(0, 0).withAttention(global);
            if (l >= own) {
                layer = layer.withKeysOf(lastAlike(plan, own, sliding, config));
                layer = wide ? layer.withMlp(doubled) : layer;
            }
            plan.add(layer);
        }
        builder.plan(plan);
    }

    /** The last layer with keys of its own that reaches as far. */
    static int lastAlike(List<Layer> plan, int own, boolean sliding, ConfigReader config) {
        for (int l = own - 1; l >= 0; l--) {
            if (plan.get(l).window() > 0 == sliding) {
                return l;
            }
        }
        throw config.error("num_kv_shared_layers leaves no layer whose keys and values could be shared.");
    }
}
