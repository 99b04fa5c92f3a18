package dev.steering.export.family;

import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.foreign.ModelConfiguration;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import java.util.Map;
import java.util.TreeMap;

/** The supported model families by the {@code model_type} of their {@code config.json}. */
public final class Families {
    /** Reads one family's config. */
    @FunctionalInterface
    private interface Reader {
        DecoderSpec read(ConfigReader config, TensorPrefix tensors);
    }

    private static final Map<String, Reader> READERS = new TreeMap<>(Map.of(
            "llama", LlamaConfig::read,
            "mistral", MistralConfig::read,
            "qwen2", QwenConfig::readQwen2,
            "qwen3", QwenConfig::readQwen3,
            "gemma", GemmaConfig::readGemma,
            "gemma2", GemmaConfig::readGemma2,
            "gemma3_text", Gemma3Config::readText,
            "gemma3", Gemma3Config::readMultimodal,
            "phi3", Phi3Config::read,
            "smollm3", SmolLm3Config::read));

    static {
        READERS.put("granite", GraniteConfig::read);
    }

    private Families() {}

    /** No family, because it is no decoder, because its weights are quantised, or because nobody has written it yet. */
    private static SteeringException unknown(Checkpoint checkpoint, ConfigReader config) {
        String noDecoder = ModelConfiguration.noDecoder(checkpoint.config());
        if (noDecoder != null) {
            return config.error("the model is " + noDecoder + ". Expected a decoder, a causal language model.");
        }
        config.refuseQuantization();
        String message = String.valueOf(config.unsupported("model_type", String.join(", ", READERS.keySet()))
                .getMessage());
        return new BadFile(message + " An ONNX export of the model, made by other means and instrumented, may work.")
                .withRemedy(Remedy.INSTRUMENT_ONNX);
    }

    /**
     * @param checkpoint a checkpoint
     * @return its mathematics
     * @throws SteeringException naming the key, if something is missing, wrong or not implemented
     */
    public static DecoderSpec read(Checkpoint checkpoint) {
        ConfigReader config = new ConfigReader(checkpoint.config(), "config.json");
        Reader reader = READERS.get(config.text("model_type", ""));
        if (reader == null) {
            throw unknown(checkpoint, config);
        }
        return reader.read(config, TensorPrefix.of(checkpoint));
    }
}
