package dev.steering.core.prompts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.JsonMessages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code .jsonl}: one JSON object a line. Other fields than the prompt keep their text, or their JSON if not strings. */
final class JsonLinesPrompts {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonLinesPrompts() {}

    static List<PromptRow> read(Path file, String field) {
        List<PromptRow> rows = new ArrayList<>();
        for (String line : Utf8Text.lines(Utf8Text.read(file))) {
            rows.add(row(file, rows.size() + 1, line, field));
        }
        return rows;
    }

    private static PromptRow row(Path file, int line, String json, String field) {
        JsonNode object = object(file, line, json);
        Map<String, String> fields = fields(object);
        String prompt = fields.remove(field);
        if (prompt == null) {
            throw PromptReader.wrongLine(
                    file,
                    line,
                    "there is no field '" + field + "'. Its fields: " + String.join(", ", fields.keySet()) + ".");
        }
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw PromptReader.wrongLine(
                    file, line, "the field '" + field + "' must be a string, found " + value.getNodeType() + ".");
        }
        if (prompt.isBlank()) {
            throw PromptReader.wrongLine(
                    file, line, "the prompt in field '" + field + "' is blank. Remove the line or fill it in.");
        }
        return new PromptRow(prompt, fields);
    }

    /** All objects' fields that are strings; blank lines at the end are left out, as those of a table are. */
    static PromptTable table(Path file) {
        List<PromptTable.Row> rows = new ArrayList<>();
        Set<String> columns = new LinkedHashSet<>();
        List<String> lines = Utf8Text.lines(Utf8Text.read(file));
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).isBlank()) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            JsonNode object = object(file, i + 1, lines.get(i));
            object.fieldNames().forEachRemaining(columns::add);
            Map<String, String> fields = fields(object);
            fields.keySet().removeIf(name -> !object.path(name).isTextual());
            rows.add(new PromptTable.Row(i + 1, fields));
        }
        return new PromptTable(file, List.copyOf(columns), rows);
    }

    private static Map<String, String> fields(JsonNode object) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode value = entry.getValue();
            fields.put(entry.getKey(), value.isTextual() ? value.textValue() : value.toString());
        }
        return fields;
    }

    private static JsonNode object(Path file, int line, String json) {
        if (json.isBlank()) {
            throw PromptReader.wrongLine(file, line, "the line is blank, expected a JSON object. Remove it.");
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw PromptReader.wrongLine(file, line, "not valid JSON: " + JsonMessages.of(e));
        }
        if (!node.isObject()) {
            throw PromptReader.wrongLine(file, line, "expected a JSON object, found " + node.getNodeType() + ".");
        }
        return node;
    }
}
