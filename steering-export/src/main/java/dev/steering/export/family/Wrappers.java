package dev.steering.export.family;

import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.family.Families.Reader;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.List;
import java.util.Map;

/**
 * Models that also see images, of which the text part alone is exported: it is a decoder of a family of its own, whose config is in
 * {@code text_config} and beside whose tensors those of the rest are left where they are.
 */
final class Wrappers {
    /** What the names of the other parts' tensors begin with. */
    static final List<String> OTHER_PARTS = List.of(
            "vision_tower.",
            "multi_modal_projector.",
            "vision_model.",
            "visual.",
            "image_newline",
            "model.vision_tower.",
            "model.multi_modal_projector.",
            "model.vision_model.",
            "model.visual.",
            "model.connector.",
            "model.image_newline");

    private Wrappers() {}

    /** Any text part: LLaVA, Mistral 3, SmolVLM and Idefics 3. */
    static DecoderSpec read(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        ConfigReader text = text(whole);
        Reader reader = Families.textReader(text);
        return reader.read(text.withDefaults(inherited(whole, text)), tensors.besides(OTHER_PARTS));
    }

    /** Qwen 2-VL, 2.5-VL and 3-VL, whose early configs have the text part's keys at the top. */
    static DecoderSpec readQwen(ConfigReader whole, TensorPrefix tensors) {
        whole.refuseQuantization();
        ConfigReader text = whole.has("text_config") ? text(whole) : whole;
        boolean third = whole.text("model_type", "").startsWith("qwen3");
        return QwenConfig.readMultimodal(
                text.withDefaults(inherited(whole, text)), tensors.besides(OTHER_PARTS), third);
    }

    private static ConfigReader text(ConfigReader whole) {
        return whole.object("text_config");
    }

    /** What the larger model's config says of the head. */
    static Map<String, ?> tied(ConfigReader whole) {
        return whole.has("tie_word_embeddings")
                ? Map.of("tie_word_embeddings", whole.flag("tie_word_embeddings", false))
                : Map.of();
    }

    /** Whether the head is the embedding is said beside the text part's config, or in it. */
    private static Map<String, ?> inherited(ConfigReader whole, ConfigReader text) {
        return text.has("tie_word_embeddings") ? Map.of() : tied(whole);
    }
}
