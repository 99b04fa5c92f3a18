package dev.steering.export.family.mixture;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.Choice;
import dev.steering.export.decoder.DecoderSpec.ExpertGate;
import dev.steering.export.decoder.DecoderSpec.ExpertPlace;
import dev.steering.export.decoder.DecoderSpec.ExpertStorage;
import dev.steering.export.decoder.DecoderSpec.Experts;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.QueryGrowth;
import dev.steering.export.decoder.DecoderSpec.Routing;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Llama 4's text part: layers that turn their heads, norm them behind that and see chunks of the text, others that know no positions and
 * whose queries grow; experts that read what is multiplied by their shares. The context ends with the first chunk, in which a chunk is the
 * whole text.
 */
public final class Llama4Config {
    private static final Map<String, ?> DEFAULTS = Map.ofEntries(
            Map.entry("hidden_act", "silu"),
            Map.entry("rms_norm_eps", 1e-5),
            Map.entry("max_position_embeddings", 131072),
            Map.entry("num_key_value_heads", 8),
            Map.entry("head_dim", 128),
            Map.entry("rope_theta", 500_000),
            Map.entry("intermediate_size", 8192),
            Map.entry("intermediate_size_mlp", 16384),
            Map.entry("num_local_experts", 16),
            Map.entry("num_experts_per_tok", 1),
            Map.entry("interleave_moe_layer_step", 1),
            Map.entry("no_rope_layer_interval", 4),
            Map.entry("attention_chunk_size", 8192),
            Map.entry("floor_scale", 8192),
            Map.entry("attn_scale", 0.1));
    private static final String CONTEXT = "max_position_embeddings";
    private static final String NO_ROTARY = "no_rope_layers";

    private Llama4Config() {}

    public static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader all = raw.withDefaults(DEFAULTS);
        ConfigReader config =
                all.with(Map.of(CONTEXT, Math.min(all.positive(CONTEXT), all.positive("attention_chunk_size"))));
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("use_qk_norm", NO_ROTARY));
        builder.biases(false);
        builder.interleaved(true);
        builder.rotary(RotaryConfig.read(builder));
        builder.mlpWidth("intermediate_size_mlp");
        builder.rename(Part.GATE, "feed_forward.gate_proj");
        builder.rename(Part.UP, "feed_forward.up_proj");
        builder.rename(Part.DOWN, "feed_forward.down_proj");
        builder.rename(Part.ROUTER, "feed_forward.router");
        builder.rename(Part.EXPERT_GATE, "feed_forward.experts.gate_up_proj");
        builder.rename(Part.EXPERT_DOWN, "feed_forward.experts.down_proj");
        builder.rename(Part.SHARED_EXPERT, "feed_forward.shared_expert");
        layers(builder);
        List<String> mixtures = config.texts("moe_layers");
        int step = config.positive("interleave_moe_layer_step");
        builder.mixture(
                experts(builder),
                layer -> config.has("moe_layers")
                        ? mixtures.contains(Integer.toString(layer))
                        : (layer + 1) % step == 0);
        return builder.build("llama4_text");
    }

    private static Experts experts(SpecBuilder builder) {
        ConfigReader config = builder.config();
        return new Experts(
                config.positive("num_local_experts"),
                config.positive("num_experts_per_tok"),
                config.positive("intermediate_size"),
                builder.activation(),
                ExpertGate.PLAIN,
                Routing.SIGMOID,
                ExpertStorage.STACKED_INPUT_HALVES,
                false,
                config.positive("intermediate_size"),
                false,
                Choice.LARGEST,
                ExpertPlace.INSTEAD_OF_MLP,
                true);
    }

    /** Against its name, a 1 in {@code no_rope_layers} means that the layer does turn its heads. */
    private static void layers(SpecBuilder builder) {
        ConfigReader config = builder.config();
        int interval = config.positive("no_rope_layer_interval");
        List<String> said = config.texts(NO_ROTARY);
        List<String> turned = said.isEmpty() ? List.of() : config.texts(NO_ROTARY, builder.layers());
        QueryGrowth growth = config.flag("attn_temperature_tuning", true)
                ? new QueryGrowth(config.positiveNumber("attn_scale"), config.positive("floor_scale"), 1)
                : null;
        HeadNorm norm = config.flag("use_qk_norm", true) ? HeadNorm.EACH_HEAD_TURNED_BARE : HeadNorm.NONE;
        Attention attention = builder.attention();
        List<Layer> plan = new ArrayList<>();
        for (int l = 0; l < builder.layers(); l++) {
            boolean turns =
                    turned.isEmpty() ? (l + 1) % interval != 0 : !turned.get(l).equals("0");
            plan.add(
                    turns
                            ? new Layer(0, 0).withAttention(attention.with(norm, null))
                            : new Layer(Layer.NO_ROTARY, 0).withAttention(attention.with(HeadNorm.NONE, growth)));
        }
        builder.plan(plan);
    }
}
