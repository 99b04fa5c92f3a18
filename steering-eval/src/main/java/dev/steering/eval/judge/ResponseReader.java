package dev.steering.eval.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.PromptTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;

/** Reads objects one at a time, of JSON lines, of one JSON array, or of a table's rows. Not thread-safe. */
final class ResponseReader {
    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final int LONGEST_TEXT = 100_000_000;

    /** Fields that are passed on keep their numbers digit by digit; of a key given twice nobody knows which was meant. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(LONGEST_TEXT)
                        .build());
    }

    /** Behind an element of an array there are others. */
    private static final ObjectReader ELEMENTS = JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String source;
    private final Consumer consumer;
    private String unit = "line";
    private long number;

    /** Takes what was read. */
    @FunctionalInterface
    interface Consumer {
        /**
         * @param node an object; in an array also a string or null
         * @param place where it stands, for errors
         */
        void accept(JsonNode node, String place) throws IOException;
    }

    ResponseReader(String source, Consumer consumer) {
        this.source = source;
        this.consumer = consumer;
    }

    /** @throws SteeringException naming the place of what cannot be read */
    void read(BufferedReader in) throws IOException {
        try {
            if (beginsWithArray(in)) {
                array(in);
            } else {
                lines(in);
            }
        } catch (CharacterCodingException e) {
            throw new BadFile(
                    source + " is not UTF-8 after " + unit + " " + number + ". Save it as UTF-8 and try again.", e);
        }
    }

    void read(PromptTable table) throws IOException {
        for (PromptTable.Row row : table.rows()) {
            number = row.line();
            ObjectNode object = JSON.createObjectNode();
            row.values().forEach(object::put);
            consumer.accept(object, place());
        }
    }

    /** Looks for the first character that is no space, and leaves the reader there; counts the lines before it. */
    private boolean beginsWithArray(BufferedReader in) throws IOException {
        in.mark(1);
        int c = in.read();
        if (c == BYTE_ORDER_MARK) {
            in.mark(1);
            c = in.read();
        }
        while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            number += c == '\n' ? 1 : 0;
            in.mark(1);
            c = in.read();
        }
        in.reset();
        return c == '[';
    }

    private void lines(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            if (!line.isBlank()) {
                consumer.accept(parsed(line), place());
            }
        }
    }

    private void array(BufferedReader in) throws IOException {
        unit = "element";
        number = 0;
        try (JsonParser parser = JSON.getFactory().createParser(in)) {
            JsonToken unused = parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                number++;
                JsonNode element = ELEMENTS.readTree(parser);
                consumer.accept(element, place());
            }
            if (parser.nextToken() != null) {
                throw new BadFile(source + ": there is something behind the array. Give one array, or JSON lines.");
            }
        } catch (JsonProcessingException e) {
            throw new BadFile(source + " is not valid JSON after element " + number + ": " + JsonMessages.of(e), e);
        } catch (NumberFormatException e) {
            throw new BadFile(place() + " " + JsonMessages.ENDLESS_NUMBER, e);
        }
    }

    private JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new BadFile(place() + " is not valid JSON: " + JsonMessages.of(e), e);
        } catch (NumberFormatException e) {
            throw new BadFile(place() + " " + JsonMessages.ENDLESS_NUMBER, e);
        }
    }

    /** Whether elements are those of an array, which may be strings. */
    boolean isArray() {
        return unit.equals("element");
    }

    private String place() {
        return source + ", " + unit + " " + number;
    }
}
