package dev.steering.core.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@code config.json} says about a model that cannot be used as it is. Stateless and thread-safe. */
public final class ModelConfiguration {
    private static final Map<String, String> METHODS = Map.of(
            "gptq", "GPTQ",
            "awq", "AWQ",
            "bitsandbytes", "bitsandbytes",
            "fp8", "fp8",
            "fbgemm_fp8", "fp8 (fbgemm)",
            "compressed-tensors", "compressed-tensors",
            "mxfp4", "mxfp4",
            "modelopt", "ModelOpt",
            "torchao", "torchao");

    private static final Set<String> READ = Set.of("gptq", "awq", "fp8", "fbgemm_fp8", "compressed-tensors", "mxfp4");

    private static final Set<String> ENCODERS = Set.of(
            "bert",
            "roberta",
            "xlm-roberta",
            "distilbert",
            "albert",
            "electra",
            "deberta",
            "deberta-v2",
            "mpnet",
            "modernbert",
            "nomic_bert",
            "camembert",
            "longformer",
            "big_bird",
            "xlnet",
            "clip",
            "siglip",
            "vit");

    private ModelConfiguration() {}

    /**
     * @param config a parsed config.json
     * @return how the weights are quantised, for people, such as {@code GPTQ, 4 bits}; null if they are not
     */
    public static @Nullable String quantization(JsonNode config) {
        JsonNode found = config.path("quantization_config");
        if (!found.isObject()) {
            return found.isMissingNode() || found.isNull() ? null : "an unknown method";
        }
        String given = found.path("quant_method").asText("");
        boolean isBitsAndBytes = found.path("load_in_4bit").asBoolean()
                || found.path("load_in_8bit").asBoolean();
        String method = given.isEmpty()
                ? (isBitsAndBytes ? "bitsandbytes" : "an unnamed method")
                : METHODS.getOrDefault(given.toLowerCase(Locale.ROOT), given);
        String bits = bits(found);
        return bits.isEmpty() ? method : method + ", " + bits + " bits";
    }

    /**
     * @param config a parsed config.json
     * @return whether its weights are quantised by a method that export does not know
     */
    public static boolean isQuantizedOtherwise(JsonNode config) {
        String method = config.path("quantization_config").path("quant_method").asText("");
        return quantization(config) != null && !READ.contains(method.toLowerCase(Locale.ROOT));
    }

    private static String bits(JsonNode found) {
        if (found.path("load_in_4bit").asBoolean()) {
            return "4";
        }
        if (found.path("load_in_8bit").asBoolean()) {
            return "8";
        }
        for (String key : List.of("bits", "w_bit")) {
            if (found.path(key).isInt()) {
                return found.path(key).asText();
            }
        }
        return "";
    }

    /**
     * @param config a parsed config.json
     * @return what kind of model that writes no text it is, for people; null if it may be a decoder
     */
    public static @Nullable String noDecoder(JsonNode config) {
        String type = config.path("model_type").asText("");
        if (ENCODERS.contains(type)) {
            return "an encoder (" + type + "), which reads texts and writes none";
        }
        if (config.path("is_encoder_decoder").asBoolean()) {
            return "an encoder-decoder (" + type + "), whose layers are not one stream";
        }
        for (JsonNode architecture : config.path("architectures")) {
            if (architecture.asText().matches(".*(ForMaskedLM|ForSequenceClassification|ForTokenClassification)")) {
                return "a classifier or an encoder (" + architecture.asText() + "), which writes no text";
            }
        }
        return null;
    }
}
