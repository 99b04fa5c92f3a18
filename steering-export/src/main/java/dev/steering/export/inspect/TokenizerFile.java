package dev.steering.export.inspect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The kind and size of a {@code tokenizer.json}, read without keeping its vocabulary.
 *
 * @param model e.g. {@code BPE} or {@code Unigram}
 * @param scheme how text becomes pieces: {@code byte-level}, {@code sentencepiece} or {@code other}
 * @param byteFallback whether characters outside the vocabulary are written as bytes
 * @param tokens entries of the vocabulary
 * @param addedTokens special and other added tokens, which may be in the vocabulary too
 */
public record TokenizerFile(String model, String scheme, boolean byteFallback, int tokens, int addedTokens) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Collects what the parser passes. */
    private static final class Facts {
        private String model = "?";
        private boolean byteFallback;
        private int tokens;
        private int added;
        private final StringBuilder steps = new StringBuilder();
    }

    static TokenizerFile read(Path file) {
        Facts facts = new Facts();
        try (JsonParser parser = new JsonFactory(JSON).createParser(file.toFile())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadFile(file + " is not a JSON object.");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "model" -> model(parser, facts);
                    case "added_tokens" -> facts.added = children(parser);
                    case "normalizer", "pre_tokenizer", "decoder" ->
                        facts.steps.append((Object) parser.<JsonNode>readValueAsTree());
                    default -> parser.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw new BadFile(file + " is not valid JSON: " + JsonMessages.of(e), e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
        return new TokenizerFile(facts.model, scheme(facts), facts.byteFallback, facts.tokens, facts.added);
    }

    private static void model(JsonParser parser, Facts facts) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "type" -> facts.model = String.valueOf(parser.getText());
                case "byte_fallback" -> facts.byteFallback = value == JsonToken.VALUE_TRUE;
                case "vocab" -> facts.tokens = children(parser);
                default -> parser.skipChildren();
            }
        }
    }

    /** Entries of the array or object that begins here; the parser is at its end afterwards. */
    private static int children(JsonParser parser) throws IOException {
        boolean object = parser.currentToken() == JsonToken.START_OBJECT;
        if (!object && parser.currentToken() != JsonToken.START_ARRAY) {
            return 0;
        }
        int count = 0;
        for (JsonToken token = parser.nextToken(); !token.isStructEnd(); token = parser.nextToken()) {
            if (object) {
                parser.nextToken();
            }
            parser.skipChildren();
            count++;
        }
        return count;
    }

    private static String scheme(Facts facts) {
        String steps = facts.steps.toString();
        if (steps.contains("ByteLevel")) {
            return "byte-level";
        }
        return steps.contains("Metaspace") || steps.contains("\u2581") ? "sentencepiece" : "other";
    }
}
