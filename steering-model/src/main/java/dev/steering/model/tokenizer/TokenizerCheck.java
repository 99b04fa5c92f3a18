package dev.steering.model.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Looks at a {@code tokenizer.json} before the native library does, which ends the process where it meets something that its
 * authors did not expect.
 *
 * <p>Refused is what was seen to end it, and nothing else: text that is not strict JSON as the library reads it (numbers beyond
 * double precision, half surrogate pairs, more than {@value #DEPTH} levels), which it survives in most places but not in a
 * decoder; a template that names a special token that it does not define, or a second text where there is one; merges shorter
 * than the prefix that is to be cut off them; pieces of fixed length 0; a damaged character map; regular expressions that take
 * without end ({@link PatternCheck}), and those by which a normalizer replaces nothing by something; added tokens of which normalising
 * leaves nothing ({@link AddedTokenCheck}); two templates behind one another; a decoder that strips the ends of pieces. All other damage
 * comes back from the library as an error. The vocabulary is streamed, so that the largest files cost a fraction of what opening them does.
 */
final class TokenizerCheck {
    private static final int DEPTH = 127;

    private static final String PREFIX = "continuing_subword_prefix";

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            // A vocabulary has a hundred thousand names, each of them once: remembering them takes most of the time.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private TokenizerCheck() {}

    /** @throws IOException if the file cannot be read or the library cannot be given it; the message says why */
    static void require(Path file) throws IOException {
        boolean prefixed;
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            prefixed = requireText(parser);
        }
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            requireParts(parser, prefixed);
        }
    }

    /** The tokens that a checked file adds to its vocabulary; the vocabulary itself is passed over. */
    static JsonNode addedTokens(Path file) throws IOException {
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals("added_tokens");
                parser.nextToken();
                if (wanted) {
                    return JSON.readTree(parser);
                }
                parser.skipChildren();
            }
        }
        return JSON.createArrayNode();
    }

    /** The whole of a checked file. */
    static JsonNode tree(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    static byte[] bytes(JsonNode tree) throws IOException {
        return JSON.writeValueAsBytes(tree);
    }

    /** Whether some part has a {@code continuing_subword_prefix}. */
    private static boolean requireText(JsonParser parser) throws IOException {
        boolean prefixed = false;
        int depth = 0;
        while (parser.nextToken() != null) {
            JsonToken token = parser.currentToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (token.isNumeric() && isTooLarge(parser)) {
                throw refused(parser, "a number is too large: " + shortened(parser.getText()));
            }
            if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                int length = parser.getTextLength();
                if (holdsHalf(parser.getTextCharacters(), parser.getTextOffset(), length)) {
                    throw refused(parser, "a text holds half a character");
                }
                prefixed |= token == JsonToken.VALUE_STRING && length > 0 && PREFIX.equals(parser.currentName());
            }
            if (depth == 0 && parser.nextToken() != null) {
                throw refused(parser, "there is something behind the end");
            }
        }
        return prefixed;
    }

    /** A vocabulary is nothing but short numbers, which need not be looked at. */
    private static boolean isTooLarge(JsonParser parser) throws IOException {
        boolean shortInteger = parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() < 300;
        return !shortInteger && !Double.isFinite(parser.getDoubleValue());
    }

    private static boolean holdsHalf(char[] text, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (Character.isSurrogate(text[i])) {
                boolean whole = i + 1 < start + length && Character.isSurrogatePair(text[i], text[i + 1]);
                if (!whole) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static IOException refused(JsonParser parser, String what) {
        return new IOException(what + " (line " + parser.currentLocation().getLineNr() + ", column "
                + parser.currentLocation().getColumnNr() + ")");
    }

    private static String shortened(String text) {
        return text.length() <= 24 ? text : text.substring(0, 24) + "...";
    }

    private static void requireParts(JsonParser parser, boolean prefixed) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw refused(parser, "it is no JSON object");
        }
        JsonNode added = JSON.createArrayNode();
        JsonNode normalizer = JSON.createObjectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "added_tokens" -> added = JSON.readTree(parser);
                case "normalizer" -> {
                    normalizer = JSON.readTree(parser);
                    each(normalizer, TokenizerCheck::requireNormalizer);
                }
                case "pre_tokenizer" -> each(JSON.readTree(parser), TokenizerCheck::requirePieces);
                case "post_processor" -> {
                    int[] templates = new int[1];
                    each(JSON.readTree(parser), part -> requireTemplate(part, templates));
                }
                case "decoder" -> each(JSON.readTree(parser), TokenizerCheck::requireDecoder);
                case "model" -> {
                    if (prefixed) {
                        requireMerges(JSON.readTree(parser));
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        try {
            AddedTokenCheck.require(added, normalizer);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Every object that is there, as parts may be sequences of others. */
    private static void each(JsonNode node, Consumer<JsonNode> look) throws IOException {
        try {
            if (node.isObject()) {
                look.accept(node);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        for (JsonNode child : node) {
            each(child, look);
        }
    }

    private static void requireNormalizer(JsonNode part) {
        requirePattern(part);
        requireCharacterMap(part);
        JsonNode expression = part.path("pattern").path("Regex");
        if (expression.isTextual() && PatternCheck.matchesNothing(expression.textValue())) {
            throw new IllegalArgumentException("the normalizer replaces nothing by something: the regular expression "
                    + shortened(expression.textValue()) + " matches without a character");
        }
    }

    private static void requirePattern(JsonNode part) {
        JsonNode expression = part.path("pattern").path("Regex");
        if (expression.isTextual()) {
            PatternCheck.require(expression.textValue());
        }
    }

    private static void requireDecoder(JsonNode part) {
        requirePattern(part);
        if (part.has("content") && part.path("stop").asLong(0) != 0) {
            throw new IllegalArgumentException("the decoder strips the ends of pieces (stop "
                    + shortened(part.path("stop").asText()) + "), which may have nothing else");
        }
    }

    private static void requireCharacterMap(JsonNode part) {
        JsonNode map = part.get("precompiled_charsmap");
        if (map == null && !part.path("type").asText().equals("Precompiled")) {
            return;
        }
        if (map == null || !map.isTextual()) {
            throw new IllegalArgumentException("the normalizer has no precompiled_charsmap");
        }
        CharacterMap.require(map.textValue());
    }

    private static void requirePieces(JsonNode part) {
        requirePattern(part);
        if (part.path("type").asText().equals("FixedLength")
                && part.path("length").asLong(1) == 0) {
            throw new IllegalArgumentException("the pre_tokenizer cuts pieces of length 0");
        }
    }

    private static void requireTemplate(JsonNode part, int[] templates) {
        if (part.has("single") && ++templates[0] > 1) {
            throw new IllegalArgumentException("the post_processor has a second template behind the first");
        }
        for (JsonNode piece : part.path("single")) {
            String second = piece.path("Sequence").path("id").asText("A");
            if (!second.equals("A")) {
                throw new IllegalArgumentException(
                        "the post_processor's template for one text has a second: " + second);
            }
            JsonNode special = piece.path("SpecialToken").path("id");
            if (special.isTextual() && !part.path("special_tokens").has(special.textValue())) {
                throw new IllegalArgumentException("the post_processor's template has the special token '"
                        + special.textValue() + "', which its special_tokens do not define");
            }
        }
    }

    private static void requireMerges(JsonNode model) throws IOException {
        byte[] prefix = model.path(PREFIX).asText("").getBytes(StandardCharsets.UTF_8);
        for (JsonNode merge : model.path("merges")) {
            String text = merge.asText();
            String second = merge.isArray() ? merge.path(1).asText() : text.substring(text.indexOf(' ') + 1);
            byte[] bytes = second.getBytes(StandardCharsets.UTF_8);
            // A byte of the form 10xxxxxx continues a character.
            boolean inside = bytes.length > prefix.length && (bytes[prefix.length] & 0xC0) == 0x80;
            if (bytes.length < prefix.length || inside) {
                throw new IOException("the merge '" + shortened(merge.isArray() ? merge.toString() : text)
                        + "' does not begin with the continuing_subword_prefix");
            }
        }
    }
}
