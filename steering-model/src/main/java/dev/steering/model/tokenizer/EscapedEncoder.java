package dev.steering.model.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A second copy of a tokenizer in which the control tokens have secret names, so that the texts by which they are known are ordinary
 * text: what the Python library calls {@code encode_special_tokens}, which the native binding does not offer, but for the control tokens
 * that a chat template writes. Everything else of the tokenizer is as it was: a text without control tokens has the same tokens.
 *
 * <p>Names are drawn anew for every tokenizer, so that no text can hold one on purpose; tokens do not depend on them. Thread-safe.
 */
final class EscapedEncoder implements AutoCloseable {
    private static final int NONCE_BYTES = 16;

    private final ControlTokens control;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, String> hidden = new HashMap<>();
    private final Map<Long, Integer> ids = new HashMap<>();
    private final Set<Long> foreign = new HashSet<>();
    private final HuggingFaceTokenizer tokenizer;

    /** @throws IOException if the file cannot be read or no tokenizer can be made of it */
    EscapedEncoder(Path file, ControlTokens control) throws IOException {
        this.control = control;
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        String secret = HexFormat.of().formatHex(nonce);
        for (String text : control.texts()) {
            // Letters and digits alone: normalizers, and filters of templates, leave them as they are.
            names.put(text, "zqc" + secret + "c" + names.size() + "zq");
            hidden.put(text, "zqh" + secret + "h" + hidden.size() + "zq");
        }
        JsonNode json = TokenizerCheck.tree(file);
        Map<String, Integer> originals = renamed(json);
        this.tokenizer = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(TokenizerCheck.bytes(json)),
                Map.of("truncation", "false", "padding", "false"));
        originals.forEach(this::learn);
    }

    /** Gives the control tokens their secret names, and says which ids they have in the file. */
    private Map<String, Integer> renamed(JsonNode json) {
        Map<String, Integer> originals = new LinkedHashMap<>();
        for (JsonNode token : json.path("added_tokens")) {
            String text = token.path("content").asText();
            if (names.containsKey(text) && token instanceof ObjectNode object) {
                originals.put(text, token.path("id").asInt());
                object.put("content", names.get(text));
            }
        }
        JsonNode model = json.path("model");
        JsonNode vocabulary = model.path("vocab");
        Set<String> merged = merged(model.path("merges"));
        if (vocabulary instanceof ObjectNode words) {
            names.forEach((text, name) -> {
                if (words.has(text) && !merged.contains(text)) {
                    words.set(name, words.remove(text));
                    if (model.path("unk_token").asText().equals(text) && model instanceof ObjectNode object) {
                        object.put("unk_token", name);
                    }
                }
            });
        } else {
            for (JsonNode piece : vocabulary) {
                String name = names.get(piece.path(0).asText());
                if (name != null && piece instanceof ArrayNode pair) {
                    pair.set(0, name);
                }
            }
        }
        return originals;
    }

    /** Control tokens that the model's merges make, too: their entries in the vocabulary have to stay. */
    private Set<String> merged(JsonNode merges) {
        Set<String> made = new HashSet<>();
        for (JsonNode merge : merges) {
            String both = merge.isArray()
                    ? merge.path(0).asText() + merge.path(1).asText()
                    : merge.asText().replaceFirst(" ", "");
            if (names.containsKey(both)) {
                made.add(both);
            }
        }
        return made;
    }

    private void learn(String text, int original) {
        long[] found =
                tokenizer.encode(names.getOrDefault(text, text), false, false).getIds();
        if (found.length != 1) {
            throw new IllegalStateException("the control token '" + text + "' has " + found.length + " tokens");
        }
        if (found[0] != original) {
            ids.put(found[0], original);
            foreign.add((long) original);
        }
    }

    /** A user's words with control tokens out of the sight of templates. */
    String hide(String words) {
        return control.replaced(words, text -> hidden.getOrDefault(text, text));
    }

    /**
     * @param rendered what a template has made of hidden words: control tokens in it are the template's
     * @param addSpecialTokens whether the tokenizer's own begin and end tokens are added
     */
    int[] encode(String rendered, boolean addSpecialTokens) {
        String named = control.replaced(rendered, text -> names.getOrDefault(text, text));
        for (Map.Entry<String, String> word : hidden.entrySet()) {
            named = named.replace(word.getValue(), word.getKey());
        }
        List<Integer> tokens = new ArrayList<>();
        for (long id : tokenizer.encode(named, addSpecialTokens, false).getIds()) {
            if (foreign.contains(id) && !ids.containsKey(id)) {
                throw new BadRequest("The text holds a control token that this tokenizer's vocabulary makes of ordinary"
                        + " letters, so that it cannot be escaped. Remove it from the text.");
            }
            tokens.add(ids.getOrDefault(id, Math.toIntExact(id)));
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
