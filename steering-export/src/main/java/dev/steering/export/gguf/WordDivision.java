package dev.steering.export.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How byte-level vocabularies divide a text into words, by what llama.cpp calls it ({@code tokenizer.ggml.pre}). */
enum WordDivision {
    /** GPT-2's. */
    GPT_2(List.of("gpt-2"), null, false),
    /** Llama 3's. */
    LLAMA_3(
            List.of("llama-bpe", "llama3", "llama-v3"),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
                    + "|\\s+(?!\\S)|\\s+",
            true),
    /** Qwen 2's and 3's. */
    QWEN_2(
            List.of("qwen2"),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
                    + "|\\s+(?!\\S)|\\s+",
            false),
    /** SmolLM's: GPT-2's with every digit by itself. */
    SMOL_LM(List.of("smollm"), null, false);

    @SuppressWarnings("ImmutableEnumChecker") // a List.of
    private final List<String> names;

    private final @Nullable String pattern;
    private final boolean wholeWordsFirst;

    WordDivision(List<String> names, @Nullable String pattern, boolean wholeWordsFirst) {
        this.names = names;
        this.pattern = pattern;
        this.wholeWordsFirst = wholeWordsFirst;
    }

    static WordDivision of(Path file, String name) {
        return Arrays.stream(values())
                .filter(division -> division.names.contains(name))
                .findFirst()
                .orElseThrow(() -> new BadFile(file + " divides texts into words as '" + name
                        + "' does (tokenizer.ggml.pre), which is not known here; known: "
                        + Arrays.stream(values()).flatMap(d -> d.names.stream()).collect(Collectors.joining(", "))
                        + ". Use the original safetensors checkpoint with its tokenizer.json."));
    }

    /** Whether a word that is a token is one, whatever the merges say. */
    boolean wholeWordsFirst() {
        return wholeWordsFirst;
    }

    /** Whether texts begin with a token of their own, if the file does not say. */
    boolean begins() {
        return this == LLAMA_3;
    }

    /** Writes normaliser, division and decoder into a tokenizer.json. */
    void write(ObjectNode json) {
        if (this == QWEN_2) {
            json.putObject("normalizer").put("type", "NFC");
        } else {
            json.putNull("normalizer");
        }
        if (this == GPT_2) {
            bytes(json.putObject("pre_tokenizer"), true);
        } else {
            ArrayNode steps =
                    json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
            if (pattern == null) {
                steps.addObject().put("type", "Digits").put("individual_digits", true);
            } else {
                ObjectNode split = steps.addObject().put("type", "Split");
                split.putObject("pattern").put("Regex", pattern);
                split.put("behavior", "Isolated").put("invert", false);
            }
            bytes(steps.addObject(), pattern == null);
        }
        bytes(json.putObject("decoder"), true);
    }

    private static void bytes(ObjectNode step, boolean words) {
        step.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", words);
    }
}
