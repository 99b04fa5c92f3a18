package dev.steering.core.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.Sha256;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a {@code config.json} says about a model's arithmetic, in a form in which two of them can be compared. Whatever is not known
 * to be without meaning counts, so that a setting that nobody has heard of yet is compared too. Stateless and thread-safe.
 */
public final class ConfigMeaning {
    /** Written by the library or for people, for training, for generation or for a task's head: no activation depends on them. */
    private static final Set<String> WITHOUT_MEANING = Set.of(
            "_name_or_path",
            "name_or_path",
            "transformers_version",
            "transformers.js_config",
            "torch_dtype",
            "dtype",
            "auto_map",
            "use_cache",
            "torchscript",
            "gradient_checkpointing",
            "initializer_range",
            "initializer_factor",
            "attention_dropout",
            "hidden_dropout",
            "resid_pdrop",
            "embd_pdrop",
            "attn_pdrop",
            "classifier_dropout",
            "output_attentions",
            "output_hidden_states",
            "return_dict",
            "_attn_implementation",
            "_attn_implementation_autoset",
            "attn_implementation",
            "pretraining_tp",
            "tokenizer_class",
            "task_specific_params",
            "problem_type",
            "finetuning_task",
            "id2label",
            "label2id",
            "pad_token_id",
            "bos_token_id",
            "eos_token_id",
            "sep_token_id",
            "decoder_start_token_id",
            "temperature",
            "top_p",
            "top_k",
            "do_sample",
            "num_beams",
            "max_length",
            "min_length",
            "max_new_tokens",
            "repetition_penalty");

    private static final int MOST_CHARACTERS = 200;
    private static final int MOST_DIGITS = 40;
    private static final long MOST_BYTES = 16L << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private ConfigMeaning() {}

    /**
     * @param file a {@code config.json}
     * @return its settings by name, names of nested settings joined by dots, numbers and lists in one spelling; a list or text of more
     *     than 200 characters is given by its SHA-256; empty if there is no such file
     * @throws BadFile if it cannot be read or is no JSON object
     */
    public static SortedMap<String, String> read(Path file) {
        SortedMap<String, String> settings = new TreeMap<>();
        if (!Files.isRegularFile(file)) {
            return settings;
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new BadFile(file + " has " + Files.size(file) + " bytes: it is no model's configuration.");
            }
            JsonNode root = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
            if (!root.isObject()) {
                throw new BadFile(file + " is not a JSON object.");
            }
            put(settings, "", root);
            return settings;
        } catch (JsonProcessingException e) {
            throw new BadFile(file + " is not valid JSON: " + JsonMessages.of(e), e);
        } catch (NumberFormatException e) {
            throw new BadFile(file + " " + JsonMessages.ENDLESS_NUMBER, e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
    }

    /** A key that is null says no more than one that is missing. */
    private static void put(Map<String, String> settings, String prefix, JsonNode object) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode value = entry.getValue();
            String name = prefix + entry.getKey();
            if (WITHOUT_MEANING.contains(entry.getKey()) || value.isNull()) {
                continue;
            }
            if (value.isObject()) {
                put(settings, name + ".", value);
            } else {
                settings.put(name, shortened(text(value, name.equals("architectures"))));
            }
        }
    }

    private static String text(JsonNode value, boolean anyOrder) {
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue().stripTrailingZeros();
            return Math.abs(number.scale()) <= MOST_DIGITS ? number.toPlainString() : number.toString();
        }
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(text(item, false)));
            if (anyOrder) {
                items.sort(null);
            }
            return items.toString();
        }
        if (value.isObject()) {
            SortedMap<String, String> nested = new TreeMap<>();
            put(nested, "", value);
            return nested.toString();
        }
        return value.asText();
    }

    private static String shortened(String text) {
        if (text.length() <= MOST_CHARACTERS) {
            return text;
        }
        return "sha256:" + Sha256.hex(text);
    }
}
