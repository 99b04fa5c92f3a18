package dev.steering.core.prompts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Map<String, String> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode value = entry.getValue();
            fields.put(entry.getKey(), value.isTextual() ? value.textValue() : value.toString());
        }
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

    private static JsonNode object(Path file, int line, String json) {
        if (json.isBlank()) {
            throw PromptReader.wrongLine(file, line, "the line is blank, expected a JSON object. Remove it.");
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw PromptReader.wrongLine(file, line, "not valid JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw PromptReader.wrongLine(file, line, "expected a JSON object, found " + node.getNodeType() + ".");
        }
        return node;
    }
}
