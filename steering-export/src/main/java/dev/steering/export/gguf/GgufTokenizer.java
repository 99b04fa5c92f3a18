package dev.steering.export.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.vector.format.GgufHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer.json and tokenizer_config.json that a GGUF file's vocabulary amounts to: byte-level BPE ({@code gpt2}) with the division
 * into words that it names, and SentencePiece's BPE ({@code llama}), whose merges follow from the scores of the pieces.
 */
final class GgufTokenizer {
    private static final String GGML = "tokenizer.ggml.";
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;
    private static final int BYTES = 256;
    private static final int LONGEST_TOKEN = 4096;
    private static final char SPACE = '\u2581';

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path file;
    private final GgufHeader header;
    private final GgufArchitecture architecture;
    private final boolean pieces;
    private final @Nullable WordDivision division;
    private final List<String> tokens;
    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private final int[] types;

    private GgufTokenizer(Path file, GgufHeader header, GgufArchitecture architecture) {
        this.file = file;
        this.header = header;
        this.architecture = architecture;
        String model = header.text(GGML + "model").orElse("");
        if (!model.equals("gpt2") && !model.equals("llama")) {
            throw new BadFile(file + " has a tokenizer of the kind '" + model
                    + "', which is not read from GGUF; read: gpt2, llama."
                    + " Use the original safetensors checkpoint with its tokenizer.json.");
        }
        this.pieces = model.equals("llama");
        this.division =
                pieces ? null : WordDivision.of(file, header.text(GGML + "pre").orElse(""));
        this.tokens = texts("tokens").stream().map(this::spelled).toList();
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.get(id).length() > LONGEST_TOKEN) {
                throw new BadFile(file + ": token " + id + " has "
                        + tokens.get(id).length() + " characters, expected at most " + LONGEST_TOKEN + ".");
            }
            if (vocabulary.put(tokens.get(id), id) != null) {
                throw new BadFile(file + ": the token '" + tokens.get(id) + "' is twice in tokenizer.ggml.tokens.");
            }
        }
        this.types = types();
    }

    static GgufTokenizer of(Path file, GgufHeader header, GgufArchitecture architecture) {
        return new GgufTokenizer(file, header, architecture);
    }

    /** Gemma's files have tokens of several spaces as spaces, where its pieces have another character. */
    private String spelled(String token) {
        return pieces && architecture.isGemma() && token.length() > 1 && token.isBlank() && token.indexOf(' ') >= 0
                ? token.replace(' ', SPACE)
                : token;
    }

    private int[] types() {
        List<?> said = header.list(GGML + "token_type").orElse(List.of());
        int[] numbers = new int[tokens.size()];
        for (int id = 0; id < numbers.length && !said.isEmpty(); id++) {
            if (said.size() != numbers.length || !(said.get(id) instanceof Number number)) {
                throw new BadFile(file + ": tokenizer.ggml.token_type has " + said.size()
                        + " entries, expected a number for each of " + numbers.length + " tokens.");
            }
            numbers[id] = number.intValue();
        }
        return numbers;
    }

    private List<String> texts(String key) {
        List<?> list = header.list(GGML + key)
                .orElseThrow(
                        () -> new BadFile(file + " has no " + GGML + key + ": it has no tokenizer that can be read."
                                + " Use the original safetensors checkpoint with its tokenizer.json."));
        List<String> texts = new ArrayList<>();
        for (Object entry : list) {
            if (!(entry instanceof String text)) {
                throw new BadFile(file + ": " + GGML + key + " is no list of texts.");
            }
            texts.add(text);
        }
        return texts;
    }

    private Optional<Integer> id(String name) {
        return header.number(GGML + name).map(Number::intValue).map(id -> {
            if (id < 0 || id >= tokens.size()) {
                throw new BadFile(
                        file + ": " + GGML + name + " is " + id + ", but there are " + tokens.size() + " tokens.");
            }
            return id;
        });
    }

    private boolean addsBegin() {
        boolean usual = pieces || (division != null && division.begins());
        return header.flag(GGML + "add_bos_token").orElse(usual)
                && id("bos_token_id").isPresent();
    }

    private boolean addsEnd() {
        return header.flag(GGML + "add_eos_token").orElse(false)
                && id("eos_token_id").isPresent();
    }

    /** What {@code tokenizer_config.json} says. */
    ObjectNode config() {
        ObjectNode config = mapper.createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        config.put("clean_up_tokenization_spaces", false);
        config.put("add_bos_token", addsBegin());
        config.put("add_eos_token", addsEnd());
        for (String name : List.of("bos", "eos", "padding", "unknown")) {
            String key = name.equals("padding") ? "pad_token" : name.equals("unknown") ? "unk_token" : name + "_token";
            id(name + "_token_id").ifPresent(id -> config.put(key, tokens.get(id)));
        }
        header.text("tokenizer.chat_template").ifPresent(template -> config.put("chat_template", template));
        return config;
    }

    /** What {@code tokenizer.json} says. */
    ObjectNode json() {
        ObjectNode json = mapper.createObjectNode();
        json.put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        added(json.putArray("added_tokens"));
        if (pieces) {
            normalizedPieces(json);
        } else if (division != null) {
            division.write(json);
        }
        postProcessor(json);
        model(json.putObject("model"));
        return json;
    }

    private void added(ArrayNode added) {
        for (int id = 0; id < types.length; id++) {
            boolean special = types[id] == CONTROL || types[id] == UNKNOWN;
            boolean spaces = tokens.get(id).chars().allMatch(c -> c == SPACE);
            if (special || (types[id] == USER_DEFINED && !spaces)) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", special);
            }
        }
    }

    private void model(ObjectNode model) {
        model.put("type", "BPE");
        model.putNull("dropout");
        if (pieces) {
            model.put("unk_token", tokens.get(id("unknown_token_id").orElse(0)));
        } else {
            model.putNull("unk_token");
        }
        model.putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix");
        model.put("fuse_unk", pieces);
        model.put("byte_fallback", pieces && hasBytes());
        model.put("ignore_merges", division != null && division.wholeWordsFirst());
        ObjectNode vocab = model.putObject("vocab");
        vocabulary.forEach(vocab::put);
        ArrayNode merges = model.putArray("merges");
        if (pieces && header.list(GGML + "merges").isEmpty()) {
            PieceMerges.of(vocabulary, scores())
                    .forEach(pair -> merges.addArray().add(pair.left()).add(pair.right()));
        } else {
            texts("merges").forEach(merge -> merges.add(pair(merge)));
        }
    }

    private ArrayNode pair(String merge) {
        int space = merge.indexOf(' ', 1);
        if (space < 0 || space == merge.length() - 1) {
            throw new BadFile(file + ": '" + merge + "' in tokenizer.ggml.merges is no pair.");
        }
        String left = merge.substring(0, space);
        String right = merge.substring(space + 1);
        if (!vocabulary.containsKey(left) || !vocabulary.containsKey(right) || !vocabulary.containsKey(left + right)) {
            throw new BadFile(file + ": the merge '" + merge + "' has parts or a whole that are no tokens.");
        }
        return mapper.createArrayNode().add(left).add(right);
    }

    private boolean hasBytes() {
        int found = 0;
        for (int type : types) {
            found += type == BYTE ? 1 : 0;
        }
        return found == BYTES;
    }

    private float[] scores() {
        List<?> said = header.list(GGML + "scores").orElse(List.of());
        if (said.size() != tokens.size()) {
            throw new BadFile(file + ": tokenizer.ggml.scores has " + said.size()
                    + " entries, expected one for each of " + tokens.size() + " tokens.");
        }
        float[] scores = new float[tokens.size()];
        for (int id = 0; id < scores.length; id++) {
            if (!(said.get(id) instanceof Number number) || Double.isNaN(number.doubleValue())) {
                throw new BadFile(file + ": tokenizer.ggml.scores has an entry that is no number.");
            }
            // Gemma's scores do not have the order of its merges; its tokens do.
            scores[id] = architecture.isGemma() ? -id : number.floatValue();
        }
        return scores;
    }

    /** A space is a letter of pieces; in front of a text there is one, unless the file says no. */
    private void normalizedPieces(ObjectNode json) {
        boolean prefix = header.flag(GGML + "add_space_prefix").orElse(!architecture.isGemma());
        ObjectNode replace = mapper.createObjectNode().put("type", "Replace").put("content", "\u2581");
        replace.putObject("pattern").put("String", " ");
        if (prefix) {
            ObjectNode normalizer = json.putObject("normalizer").put("type", "Sequence");
            ArrayNode steps = normalizer.putArray("normalizers");
            steps.addObject().put("type", "Prepend").put("prepend", "\u2581");
            steps.add(replace);
        } else {
            json.set("normalizer", replace);
        }
        json.putNull("pre_tokenizer");
        ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
        decoders.addObject()
                .put("type", "Replace")
                .put("content", " ")
                .putObject("pattern")
                .put("String", "\u2581");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (prefix) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
    }

    private void postProcessor(ObjectNode json) {
        if (!addsBegin() && !addsEnd()) {
            json.putNull("post_processor");
            return;
        }
        ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
        for (List<String> sequences : List.of(List.of("A"), List.of("A", "B"))) {
            ArrayNode template = processor.putArray(sequences.size() == 1 ? "single" : "pair");
            for (String sequence : sequences) {
                int type = sequence.equals("A") ? 0 : 1;
                if (addsBegin()) {
                    special(template, "bos_token_id", type);
                }
                template.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
                if (addsEnd()) {
                    special(template, "eos_token_id", type);
                }
            }
        }
        ObjectNode named = processor.putObject("special_tokens");
        if (addsBegin()) {
            name(named, "bos_token_id");
        }
        if (addsEnd()) {
            name(named, "eos_token_id");
        }
    }

    private void special(ArrayNode template, String key, int type) {
        template.addObject()
                .putObject("SpecialToken")
                .put("id", tokens.get(id(key).orElseThrow()))
                .put("type_id", type);
    }

    private void name(ObjectNode named, String key) {
        int id = id(key).orElseThrow();
        ObjectNode entry = named.putObject(tokens.get(id)).put("id", tokens.get(id));
        entry.putArray("ids").add(id);
        entry.putArray("tokens").add(tokens.get(id));
    }
}
