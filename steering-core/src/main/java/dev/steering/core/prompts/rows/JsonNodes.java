package dev.steering.core.prompts.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import dev.steering.core.json.StrictJson;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** JSON of rows: no name twice in an object, nothing behind the end. Stateless and thread-safe. */
public final class JsonNodes {
    /** For the elements of an array, behind each of which there is something. */
    static final JsonMapper ELEMENTS = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonNodes() {}

    /**
     * @param place where it stands, for the message
     * @param json a JSON text
     * @return its tree
     * @throws BadFile if it is not valid
     */
    public static JsonNode parsed(String place, String json) {
        try {
            return StrictJson.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw invalid(place, e);
        } catch (NumberFormatException e) {
            throw new BadFile(place + " " + JsonMessages.ENDLESS_NUMBER, e);
        }
    }

    static BadFile invalid(String place, JsonProcessingException e) {
        return new BadFile(place + ": not valid JSON: " + JsonMessages.of(e), e);
    }

    /** Gives an object's fields: texts and others. */
    static boolean give(RowSink sink, long number, JsonNode object) {
        Map<String, String> cells = new LinkedHashMap<>();
        Set<String> others = new HashSet<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            if (value.isTextual()) {
                cells.put(field.getKey(), value.textValue());
            } else {
                cells.put(field.getKey(), value.toString());
                others.add(field.getKey());
            }
        }
        return sink.row(number, cells, others);
    }
}
