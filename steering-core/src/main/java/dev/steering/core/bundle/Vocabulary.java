package dev.steering.core.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tokens of a {@code tokenizer.json} with their ids, whatever the order and spacing they are written in. Thread-safe. */
public final class Vocabulary {
    /** Every token is a name of its own: nothing is gained by keeping names for later. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private record Token(long id, String text) {}

    /** As they come, which is nearly in order: sorting them is then quick. */
    private final List<Token> tokens = new ArrayList<>();

    private Vocabulary() {}

    /**
     * @param file a {@code tokenizer.json}, read once from beginning to end
     * @return SHA-256 (hexadecimal) over all tokens, added ones among them, in order of their ids: id and number of UTF-8 bytes, 8
     *     bytes each, big-endian, and those bytes; empty if there is no such file
     * @throws BadFile if it cannot be read or is no JSON object
     */
    public static String hash(Path file) {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        Vocabulary vocabulary = new Vocabulary();
        try (JsonParser json = JSON.createParser(file.toFile())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new BadFile(file + " is not a JSON object.");
            }
            vocabulary.readRoot(json);
        } catch (JsonProcessingException e) {
            throw new BadFile(file + " is not valid JSON: " + JsonMessages.of(e), e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
        return vocabulary.digest();
    }

    private void readRoot(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("model") && value == JsonToken.START_OBJECT) {
                readModel(json);
            } else if (name.equals("added_tokens") && value == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    readAdded(json);
                }
            } else {
                json.skipChildren();
            }
        }
    }

    private void readModel(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String text = json.currentName();
                    json.nextToken();
                    add(json, text);
                }
            } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
                readPieces(json);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Unigram models: pairs of piece and score, numbered as they come. */
    private void readPieces(JsonParser json) throws IOException {
        for (long id = 0; json.nextToken() == JsonToken.START_ARRAY; id++) {
            json.nextToken();
            tokens.add(new Token(id, Objects.requireNonNullElse(json.getText(), "")));
            while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
                json.skipChildren();
            }
        }
    }

    private void readAdded(JsonParser json) throws IOException {
        @Nullable String content = null;
        long id = -1;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
                id = json.getLongValue();
            } else if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                content = json.getText();
            } else {
                json.skipChildren();
            }
        }
        if (content != null) {
            tokens.add(new Token(id, content));
        }
    }

    private void add(JsonParser json, String text) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            tokens.add(new Token(json.getLongValue(), text));
        } else {
            json.skipChildren();
        }
    }

    private String digest() {
        MessageDigest digest = Sha256.digest();
        ByteBuffer numbers = ByteBuffer.allocate(2 * Long.BYTES);
        tokens.sort(Comparator.comparingLong(Token::id).thenComparing(Token::text));
        Token previous = null;
        for (Token token : tokens) {
            if (token.equals(previous)) {
                continue; // added tokens may stand among the others too
            }
            previous = token;
            byte[] text = token.text().getBytes(StandardCharsets.UTF_8);
            digest.update(
                    numbers.clear().putLong(token.id()).putLong(text.length).flip());
            digest.update(text);
        }
        return Sha256.hex(digest);
    }
}
