package dev.steering.core.vector.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.JsonMessages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object with rows of numbers by layer, read from its beginning to its end with no more of it in memory than its rows. For one
 * thread.
 */
final class JsonRows {
    static final String DIRECTIONS = "directions";
    static final String REFERENCE = "transition_reference";
    static final String READS = "reads";
    static final String OFFSETS = "read_offsets";
    static final String DESCRIPTION = "description";
    static final String VARIANCES = "explained_variances";
    static final String MODEL_TYPE = "model_type";

    private static final Set<String> TEXTS = Set.of(MODEL_TYPE, "model", "method", "format");

    private static final int LONGEST_TEXT = 4096;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final JsonMapper MAPPER = new JsonMapper();

    private final RowGatherer directions;
    private final RowGatherer reference;
    private final RowGatherer reads;
    private final RowGatherer offsets;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Set<String> keys = new LinkedHashSet<>();

    private JsonRows(Path file, String kind) {
        this.directions = new RowGatherer(file, kind);
        this.reference = new RowGatherer(file, kind);
        this.reads = new RowGatherer(file, kind);
        this.offsets = new RowGatherer(file, kind);
    }

    /** The keys of the outermost object, in order. */
    Set<String> keys() {
        return keys;
    }

    /** Texts, numbers and truth values of the outermost object as text, by key; the description as JSON. */
    Map<String, String> texts() {
        return texts;
    }

    RowGatherer directions() {
        return directions;
    }

    /** What was gathered under other keys of rows. */
    RowGatherer gathered(String key) {
        return switch (key) {
            case REFERENCE -> reference;
            case READS -> reads;
            default -> offsets;
        };
    }

    static JsonRows read(Path file, String kind) {
        JsonRows read = new JsonRows(file, kind);
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = FACTORY.createParser(in)) {
            read.document(parser);
            return read;
        } catch (JsonProcessingException e) {
            throw read.directions.damaged(JsonMessages.of(e), e);
        } catch (NumberFormatException e) {
            throw read.directions.damaged("it " + JsonMessages.ENDLESS_NUMBER.replaceFirst("\\.$", ""), e);
        } catch (IOException e) {
            throw FileBytes.unreadable(file, e);
        }
    }

    /** The keys of a file's outermost object, its values passed over; empty if it is none. */
    static Set<String> keysOf(Path file) {
        Set<String> keys = new LinkedHashSet<>();
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = FACTORY.createParser(in)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    keys.add(parser.currentName());
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        } catch (IOException | NumberFormatException e) {
            // What is wrong is said when it is read in earnest.
        }
        return keys;
    }

    private void document(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw directions.damaged("it must be a JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            keys.add(key);
            parser.nextToken();
            switch (key) {
                case DIRECTIONS -> rows(parser, key, directions);
                case REFERENCE -> rows(parser, key, reference);
                case READS -> rows(parser, key, reads);
                case OFFSETS -> rows(parser, key, offsets);
                case DESCRIPTION -> {
                    if (parser.currentToken() != JsonToken.START_OBJECT) {
                        throw directions.damaged("its '" + key + "' must be an object");
                    }
                    texts.put(key, MAPPER.readTree(parser).toString());
                }
                default -> other(parser, key);
            }
        }
        if (parser.nextToken() != null) {
            throw directions.damaged("there is something behind its end");
        }
    }

    private void other(JsonParser parser, String key) throws IOException {
        if (TEXTS.contains(key) && parser.currentToken() != JsonToken.VALUE_STRING) {
            throw directions.damaged("its '" + key + "' must be a text");
        }
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            return;
        }
        String text = parser.getText();
        if (text.length() > LONGEST_TEXT) {
            throw directions.damaged(
                    "its '" + key + "' is " + text.length() + " characters long, expected at most " + LONGEST_TEXT);
        }
        if (parser.currentToken() != JsonToken.VALUE_NULL) {
            texts.put(key, text);
        }
    }

    private static void rows(JsonParser parser, String key, RowGatherer to) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw to.damaged("its '" + key + "' must be an object with a list of numbers for each layer");
        }
        int length = 256;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String layer = parser.currentName();
            String name = key + "." + layer;
            int number = to.layer(name, layer);
            parser.nextToken();
            float[] row = row(parser, name, length, to);
            to.put(name, number, row);
            length = row.length;
        }
    }

    private static float[] row(JsonParser parser, String name, int expected, RowGatherer to) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw to.damaged("'" + name + "' must be a list of numbers");
        }
        float[] row = new float[expected];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.currentToken().isNumeric()) {
                throw to.damaged("'" + name + "' must be a list of numbers, found '" + shortened(parser.getText())
                        + "' at position " + count);
            }
            if (count == row.length) {
                row = Arrays.copyOf(row, 2 * count);
            }
            row[count] = to.value(name, count, parser.getDoubleValue());
            count++;
        }
        return count == row.length ? row : Arrays.copyOf(row, count);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
