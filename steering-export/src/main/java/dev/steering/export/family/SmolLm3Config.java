package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.family.spec.LayerTypes;
import dev.steering.export.family.spec.RotaryConfig;
import dev.steering.export.family.spec.SpecBuilder;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** SmolLM3: Llama in which some layers, every fourth by default, do not know positions; only those may have a window. */
final class SmolLm3Config {
    private static final Map<String, ?> DEFAULTS = Map.of(
            "hidden_act",
            "silu",
            "rms_norm_eps",
            1e-6,
            "max_position_embeddings",
            32768,
            "num_key_value_heads",
            4,
            "rope_theta",
            2_000_000.0,
            "no_rope_layer_interval",
            4,
            "tie_word_embeddings",
            true);

    private SmolLm3Config() {}

    static DecoderSpec read(ConfigReader raw, TensorPrefix tensors) {
        ConfigReader config = raw.withDefaults(DEFAULTS);
        SpecBuilder builder = new SpecBuilder(config, tensors, Set.of("no_rope_layers"));
        builder.biases(true);
        List<Boolean> rotary = rotaryLayers(config, builder.layers());
        boolean used = config.flag("use_sliding_window", false) && config.has("sliding_window");
        builder.windows(
                LayerTypes.read(config, builder.layers(), layer -> used && !rotary.get(layer)),
                used ? config.positive("sliding_window") : 0);
        builder.rotaries(List.of(RotaryConfig.read(builder)));
        List<Layer> plan = new ArrayList<>();
        for (int l = 0; l < builder.layers(); l++) {
            plan.add(new Layer(
                    rotary.get(l) ? 0 : Layer.NO_ROTARY, builder.plan().get(l).window()));
        }
        builder.plan(plan);
        return builder.build("smollm3");
    }

    /** In {@code no_rope_layers} a 1 means, against its name, that the layer does turn its heads. */
    private static List<Boolean> rotaryLayers(ConfigReader config, int layers) {
        List<Boolean> rotary = new ArrayList<>();
        if (config.has("no_rope_layers")) {
            config.texts("no_rope_layers", layers).forEach(entry -> rotary.add(!entry.equals("0")));
            return rotary;
        }
        int interval = config.positive("no_rope_layer_interval");
        for (int l = 0; l < layers; l++) {
            rotary.add((l + 1) % interval != 0);
        }
        return rotary;
    }
}
