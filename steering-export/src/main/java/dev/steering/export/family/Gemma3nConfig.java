package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Flow;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.export.decoder.DecoderSpec.Multipliers;
import dev.steering.export.decoder.DecoderSpec.PerLayerEmbeddings;
import dev.steering.export.decoder.DecoderSpec.Streams;
import dev.steering.export.decoder.DecoderSpec.Value;
import dev.steering.export.decoder.Part;
import dev.steering.export.decoder.rotary.RotaryTable;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gemma 3n, alone or as the text part of the model that also sees and hears: several residual streams of which layers read one, a short
 * branch beside the attention, gates most of which are cut off, per-layer embeddings, and last layers that take the keys and values of
 * earlier ones.
 */
final class Gemma3nConfig {
    private static final Map<String, ?> DEFAULTS = Map.ofEntries(
            Map.entry("vocab_size", 262400),
            Map.entry("hidden_size", 2048),
            Map.entry("intermediate_size", 16384),
            Map.entry("num_hidden_layers", 35),
            Map.entry("num_attention_heads", 8),
            Map.entry("num_key_value_heads", 2),
            Map.entry("head_dim", 256),
            Map.entry("hidden_activation", "gelu_pytorch_tanh"),
            Map.entry("max_position_embeddings", 32768),
            Map.entry("rms_norm_eps", 1e-6),
            Map.entry("sliding_window", 512),
            Map.entry("tie_word_embeddings", true),
            Map.entry("final_logit_softcapping", 30.0),
            Map.entry("vocab_size_per_layer_input", 262144),
            Map.entry("hidden_size_per_layer_input", 256),
            Map.entry("altup_num_inputs", 4),
            Map.entry("laurel_rank", 64),
            Map.entry("num_kv_shared_layers", 15));
    private static final String WIDTH = "intermediate_size";
    private static final String SPARSITY = "activation_sparsity_pattern";
    private static final int FULL_EVERY = 5;
    private static final int SPARSE_LAYERS = 10;
    private static final double SPARSE = 0.95;
    private static final double LOCAL_THETA = 10_000;
    private static final double GLOBAL_THETA = 1_000_000;

    private Gemma3nConfig() {}

    static DecoderSpec readText(ConfigReader raw, TensorPrefix tensors) {
        return read(raw, tensors).build("gemma3n_text");
    }

    static DecoderSpec readMultimodal(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        SpecBuilder builder = read(whole.object("text_config"), tensors.besides(Gemma4Config.OTHER_PARTS));
        builder.tied(whole.flag("tie_word_embeddings", builder.tied()));
        return builder.build("gemma3n");
    }

    private static SpecBuilder read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader all = raw.withDefaults(DEFAULTS);
        List<Integer> widths = widths(all);
        ConfigReader config = all.with(Map.of(WIDTH, widths.get(0)));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("final_logit_softcapping"));
        builder.biases(false);
        builder.flow(Flow.SANDWICH);
        builder.rename(Part.MLP_NORM, "pre_feedforward_layernorm");
        builder.activation(config.text("hidden_activation", ""));
        builder.scale(1);
        builder.headNorm(HeadNorm.EACH_HEAD);
        builder.value(Value.NORMED);
        builder.multipliers(new Multipliers(
                Math.sqrt(builder.hidden()), 1, 1, config.positiveNumber("final_logit_softcapping", 0)));
        builder.perLayer(new PerLayerEmbeddings(
                config.positive("hidden_size_per_layer_input"), config.positive("vocab_size_per_layer_input")));
        int count = config.positive("altup_num_inputs");
        int active = (int) config.nonNegative("altup_active_idx", 0);
        if (active >= count) {
            throw config.error("altup_active_idx " + active + " is none of the " + count + " streams.");
        }
        builder.streams(
                new Streams(count, active, config.flag("altup_correct_scale", true), config.positive("laurel_rank")));
        builder.rotaries(rotaries(builder));
        layers(builder, widths);
        return builder;
    }

    /** One for all layers, or one for each. */
    private static List<Integer> widths(ConfigReader config) {
        int layers = config.positive("num_hidden_layers");
        List<String> each = config.texts(WIDTH);
        List<Integer> widths = new ArrayList<>();
        if (!each.isEmpty()) {
            for (double width : config.positiveNumbers(WIDTH, layers)) {
                widths.add((int) width);
            }
            return widths;
        }
        for (int l = 0; l < layers; l++) {
            widths.add(config.positive(WIDTH));
        }
        return widths;
    }

    /** Table 0 is that of the full layers, table 1 that of the sliding ones; older configs have keys of their own for that. */
    private static List<RotaryTable> rotaries(SpecBuilder builder) {
        ConfigReader config = builder.config();
        ConfigReader both = config.objectOrEmpty("rope_parameters");
        ConfigReader full =
                both.has("full_attention") ? both.object("full_attention") : config.objectOrEmpty("rope_scaling");
        return List.of(
                RotaryConfig.read(full, builder, config.positiveNumber("rope_theta", GLOBAL_THETA)),
                RotaryConfig.read(
                        both.objectOrEmpty("sliding_attention"),
                        builder,
                        config.positiveNumber("rope_local_base_freq", LOCAL_THETA)));
    }

    private static void layers(SpecBuilder builder, List<Integer> widths) {
        ConfigReader config = builder.config();
        LayerTypes types = LayerTypes.read(config, builder.layers(), layer -> (layer + 1) % FULL_EVERY != 0);
        int shared = (int) config.nonNegative("num_kv_shared_layers", 0);
        // As the reference has it: if all layers shared, none would.
        int own = shared < builder.layers() ? builder.layers() - shared : builder.layers();
        Mlp plain = builder.mlp();
        List<Double> sparsity = sparsity(config, builder.layers());
        List<Layer> plan = new ArrayList<>();
        List<String> unused = new ArrayList<>();
        if (!config.flag("altup_correct_scale", true)) {
            unused.add("altup.correct_output_scale");
        }
        for (int l = 0; l < builder.layers(); l++) {
            boolean sliding = types.sliding(l);
            Layer layer = new Layer(sliding ? 1 : 0, sliding ? config.positive("sliding_window") : 0);
            layer = layer.withMlp(plain.with(widths.get(l), sparsity.get(l)));
            if (l >= own) {
                layer = layer.withKeysOf(Gemma4Config.lastAlike(plan, own, sliding, config));
                for (String part : List.of("k_proj", "v_proj", "k_norm", "v_norm")) {
                    unused.add("layers." + l + ".self_attn." + part + ".weight");
                }
            }
            plan.add(layer);
        }
        builder.plan(plan);
        // Checkpoints have keys and values of the layers that take others', and the reference does not read them.
        builder.derived(unused);
    }

    private static List<Double> sparsity(ConfigReader config, int layers) {
        List<Double> sparsity = new ArrayList<>();
        List<String> each = config.texts(SPARSITY);
        if (each.isEmpty()) {
            for (int l = 0; l < layers; l++) {
                sparsity.add(layers > SPARSE_LAYERS && l < SPARSE_LAYERS ? SPARSE : 0.0);
            }
            return sparsity;
        }
        for (String share : config.texts(SPARSITY, layers)) {
            double value;
            try {
                value = Double.parseDouble(share);
            } catch (NumberFormatException e) {
                throw config.unsupported(SPARSITY, "numbers from 0 to below 1");
            }
            if (!(value >= 0 && value < 1)) {
                throw config.unsupported(SPARSITY, "numbers from 0 to below 1");
            }
            sparsity.add(value);
        }
        return sparsity;
    }
}
