package dev.steering.export.family;

import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.foreign.ModelConfiguration;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.family.classic.AlibiConfig;
import dev.steering.export.family.classic.FalconConfig;
import dev.steering.export.family.classic.Gpt2Config;
import dev.steering.export.family.classic.GptJConfig;
import dev.steering.export.family.classic.NeoxConfig;
import dev.steering.export.family.classic.OptConfig;
import dev.steering.export.family.classic.PhiConfig;
import dev.steering.export.family.mixture.DeepSeekConfig;
import dev.steering.export.family.mixture.Llama4Config;
import dev.steering.export.family.spec.TensorPrefix;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The supported model families by the {@code model_type} of their {@code config.json}. */
public final class Families {
    /** Reads one family's config. */
    @FunctionalInterface
    interface Reader {
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
        READERS.put("apertus", ApertusConfig::read);
        READERS.put("granite", GraniteConfig::read);
        READERS.put("olmo2", OlmoConfig::readOlmo2);
        READERS.put("olmo3", OlmoConfig::readOlmo3);
        READERS.put("exaone4", ExaoneConfig::read);
        READERS.put("glm", GlmConfig::readGlm);
        READERS.put("glm4", GlmConfig::readGlm4);
        READERS.put("cohere", CohereConfig::readCohere);
        READERS.put("cohere2", CohereConfig::readCohere2);
        READERS.put("seed_oss", LlamaLikeConfig::readSeedOss);
        READERS.put("ernie4_5", LlamaLikeConfig::readErnie);
        READERS.put("hunyuan_v1_dense", LlamaLikeConfig::readHunyuan);
        READERS.put("arcee", LlamaLikeConfig::readArcee);
        READERS.put("helium", LlamaLikeConfig::readHelium);
        READERS.put("ministral3", LlamaLikeConfig::readMinistral3);
        READERS.put("stablelm", LayerNormConfig::readStableLm);
        READERS.put("starcoder2", LayerNormConfig::readStarcoder2);
        READERS.put("nemotron", LayerNormConfig::readNemotron);
        READERS.put("phi", PhiConfig::read);
        READERS.put("gpt2", Gpt2Config::read);
        READERS.put("gpt_neox", NeoxConfig::read);
        READERS.put("opt", OptConfig::read);
        READERS.put("olmo", OlmoConfig::readOlmo);
        READERS.put("gptj", GptJConfig::read);
        READERS.put("falcon", FalconConfig::read);
        READERS.put("bloom", AlibiConfig::readBloom);
        READERS.put("mpt", AlibiConfig::readMpt);
        READERS.put("deepseek_v2", DeepSeekConfig::readV2);
        READERS.put("deepseek_v3", DeepSeekConfig::readV3);
        READERS.put("glm4_moe", DeepSeekConfig::readGlm);
        READERS.put("gemma3n", Gemma3nConfig::readMultimodal);
        READERS.put("gemma3n_text", Gemma3nConfig::readText);
        READERS.put("gemma4", Gemma4Config::readMultimodal);
        READERS.put("gemma4_text", Gemma4Config::readText);
        READERS.put("qwen3_5", HybridConfig::readQwen);
        READERS.put("qwen3_5_text", HybridConfig::readQwenText);
        READERS.put("qwen3_5_moe", HybridConfig::readQwenMixtureWhole);
        READERS.put("qwen3_5_moe_text", HybridConfig::readQwenMixture);
        READERS.put("qwen3_next", HybridConfig::readQwenNext);
        READERS.put("lfm2", HybridConfig::readLfm2);
        READERS.put("lfm2_moe", HybridConfig::readLfm2Mixture);
        READERS.put("granitemoehybrid", StateSpaceConfig::readGranite);
        READERS.put("falcon_h1", StateSpaceConfig::readFalcon);
        READERS.put("mixtral", MixtureConfig::readMixtral);
        READERS.put("qwen2_moe", MixtureConfig::readQwen2);
        READERS.put("qwen3_moe", MixtureConfig::readQwen3);
        READERS.put("olmoe", MixtureConfig::readOlmoe);
        READERS.put("granitemoe", MixtureConfig::readGranite);
        READERS.put("gpt_oss", MixtureConfig::readGptOss);
        READERS.put("llama4", Wrappers::read);
        READERS.put("llama4_text", Llama4Config::read);
        READERS.put("llava", Wrappers::read);
        READERS.put("mistral3", Wrappers::read);
        READERS.put("smolvlm", Wrappers::read);
        READERS.put("idefics3", Wrappers::read);
        READERS.put("qwen2_vl", Wrappers::readQwen);
        READERS.put("qwen2_5_vl", Wrappers::readQwen);
        READERS.put("qwen3_vl", Wrappers::readQwen);
    }

    private Families() {}

    /** @return the model types that can be exported, in order of their names */
    public static Set<String> names() {
        return Collections.unmodifiableSet(READERS.keySet());
    }

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

    /** The reader of a larger model's text part. */
    static Reader textReader(ConfigReader text) {
        Reader reader = READERS.get(text.text("model_type", "llama"));
        if (reader == null) {
            throw text.unsupported("model_type", String.join(", ", READERS.keySet()));
        }
        return reader;
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
