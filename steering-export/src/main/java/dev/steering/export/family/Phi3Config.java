package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Projections;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Phi-3, 3.5 and 4 (mini, small 14b, mini-instruct): one matrix for queries, keys and values, one for gate and up. */
final class Phi3Config {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act",
            "silu",
            "rms_norm_eps",
            1e-5,
            "max_position_embeddings",
            4096,
            "original_max_position_embeddings",
            4096);

    private Phi3Config() {}

    static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("partial_rotary_factor"));
        builder.projections(Projections.STACKED);
        builder.packedGate(true);
        builder.window(config.has("sliding_window") ? config.positive("sliding_window") : 0);
        builder.rotaries(List.of(RotaryConfig.readPhi3(builder)));
        return builder.build("phi3");
    }
}
