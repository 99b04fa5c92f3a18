package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.ExpertPlace;
import dev.steering.export.decoder.DecoderSpec.Mixer;
import dev.steering.export.decoder.DecoderSpec.Multipliers;
import dev.steering.export.decoder.DecoderSpec.StateFactors;
import dev.steering.export.decoder.DecoderSpec.StateNorm;
import dev.steering.export.decoder.DecoderSpec.StateSpace;
import dev.steering.export.decoder.Part;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Models with Mamba 2 layers: Granite 4's hybrids, and Falcon-H1, which has attention beside the state space in every layer. */
final class StateSpaceConfig {
    private static final Map<String, ?> GRANITE = Map.of(
            "num_local_experts", 8,
            "num_experts_per_tok", 2,
            "shared_intermediate_size", 1024,
            "mamba_n_heads", 128,
            "mamba_n_groups", 1,
            "mamba_d_state", 256,
            "mamba_d_conv", 4,
            "mamba_expand", 2);
    private static final Map<String, ?> FALCON = Map.ofEntries(
            Map.entry("hidden_act", "silu"),
            Map.entry("rms_norm_eps", 1e-5),
            Map.entry("max_position_embeddings", 8192),
            Map.entry("num_key_value_heads", 8),
            Map.entry("mamba_n_heads", 128),
            Map.entry("mamba_n_groups", 1),
            Map.entry("mamba_d_state", 256),
            Map.entry("mamba_d_conv", 4),
            Map.entry("mamba_expand", 2));
    private static final String TYPES = "layer_types";
    private static final String EXPERTS = "num_local_experts";
    private static final int PARTS = 5;

    private StateSpaceConfig() {}

    static DecoderSpec readGranite(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader all = raw.withDefaults(GRANITE);
        int experts = (int) all.nonNegative(EXPERTS, 0);
        SpecBuilder builder = GraniteConfig.common(all, tensors);
        ConfigReader config = builder.config();
        builder.mlpBias(false);
        builder.mlpWidth("shared_intermediate_size");
        builder.packedGate(true);
        builder.rename(Part.GATE_UP, "shared_mlp.input_linear");
        builder.rename(Part.DOWN, "shared_mlp.output_linear");
        if (!config.text("position_embedding_type", "nope").equals("rope")) {
            builder.noRotary();
        }
        boolean bias = config.flag("mamba_proj_bias", false);
        int inner = config.positive("mamba_expand") * builder.hidden();
        builder.stateSpace(stateSpace(config, inner, List.of(bias, bias), StateNorm.BEHIND_GATE, 1, StateFactors.NONE));
        List<String> types = config.has(TYPES) ? config.texts(TYPES, builder.layers()) : List.of();
        builder.mixer(Mixer.STATE_SPACE, layer -> types.isEmpty() || isState(config, types.get(layer)));
        if (experts > 0) {
            MixtureConfig.graniteExperts(builder, experts, ExpertPlace.ADDED_TO_MLP);
        }
        return builder.build("granitemoehybrid");
    }

    /** Checkpoints and transformers 5 have different names for the same. */
    private static boolean isState(ConfigReader config, String type) {
        return switch (type) {
            case "mamba", "linear_attention" -> true;
            case "attention", "full_attention" -> false;
            default ->
                throw config.error(TYPES + " \"" + type
                        + "\" is not supported; supported: attention, mamba (full_attention, linear_attention).");
        };
    }

    static DecoderSpec readFalcon(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(FALCON);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("embedding_multiplier"));
        builder.noWindow();
        builder.biases(true);
        builder.rotary(RotaryConfig.read(builder));
        // Keys times a factor are scores times it.
        builder.scale(builder.scale() * config.positiveNumber("key_multiplier", 1));
        builder.multipliers(new Multipliers(
                config.positiveNumber("embedding_multiplier", 1),
                1,
                1 / config.positiveNumber("lm_head_multiplier", 1),
                0));
        List<Double> mlp = factors(config, "mlp_multipliers", 2);
        builder.mlpFactors(mlp.get(0), mlp.get(1));
        builder.rename(Part.MLP_NORM, "pre_ff_layernorm");
        builder.rename(Part.FINAL_NORM, "final_layernorm");
        builder.rename(Part.GATE, "feed_forward.gate_proj");
        builder.rename(Part.UP, "feed_forward.up_proj");
        builder.rename(Part.DOWN, "feed_forward.down_proj");
        boolean normed = config.flag("mamba_rms_norm", false);
        StateNorm behind = config.flag("mamba_norm_before_gate", true) ? StateNorm.BEFORE_GATE : StateNorm.BEHIND_GATE;
        int inner = config.positive("mamba_d_ssm", config.positive("mamba_expand") * builder.hidden());
        builder.stateSpace(stateSpace(
                config,
                inner,
                List.of(config.flag("mamba_proj_bias", false), config.flag("projectors_bias", false)),
                normed ? behind : StateNorm.NONE,
                normed ? config.positive("mamba_n_groups") : 1,
                new StateFactors(
                        config.positiveNumber("ssm_in_multiplier", 1),
                        factors(config, "ssm_multipliers", PARTS),
                        config.positiveNumber("ssm_out_multiplier", 1),
                        config.positiveNumber("attention_in_multiplier", 1),
                        config.positiveNumber("attention_out_multiplier", 1))));
        builder.plan(builder.plan().stream()
                .map(layer -> layer.withMixer(Mixer.SOFTMAX_AND_STATE_SPACE))
                .toList());
        return builder.build("falcon_h1");
    }

    private static List<Double> factors(ConfigReader config, String key, int size) {
        double[] factors = new double[size];
        Arrays.fill(factors, 1);
        return Arrays.stream(config.has(key) ? config.positiveNumbers(key, size) : factors)
                .boxed()
                .toList();
    }

    /** @param biases whether the projections to it and from it have one */
    private static StateSpace stateSpace(
            ConfigReader config,
            int inner,
            List<Boolean> biases,
            StateNorm norm,
            int normGroups,
            StateFactors factors) {
        int heads = config.positive("mamba_n_heads");
        int groups = config.positive("mamba_n_groups");
        if (inner % heads != 0 || heads % groups != 0 || inner % normGroups != 0) {
            throw config.error("mamba_n_heads " + heads + " and mamba_n_groups " + groups
                    + " do not divide a state space of " + inner + " components.");
        }
        double[] limits = limits(config);
        return new StateSpace(
                heads,
                inner / heads,
                groups,
                config.positive("mamba_d_state"),
                config.positive("mamba_d_conv"),
                config.flag("mamba_conv_bias", true),
                biases.get(0),
                biases.get(1),
                norm,
                normGroups,
                limits[0],
                limits[1],
                factors);
    }

    /** JSON has no infinity: whatever is no number stands for it. */
    private static double[] limits(ConfigReader config) {
        String key = "time_step_limit";
        double[] limits = {0, Double.POSITIVE_INFINITY};
        if (config.has(key)) {
            List<String> said = config.texts(key, 2);
            for (int i = 0; i < limits.length; i++) {
                if (said.get(i).matches("[0-9.eE+-]+")) {
                    limits[i] = Double.parseDouble(said.get(i));
                }
            }
        }
        return limits;
    }
}
