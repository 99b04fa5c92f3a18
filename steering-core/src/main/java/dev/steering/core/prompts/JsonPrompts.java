package dev.steering.core.prompts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code .jsonl}: one JSON object a line; {@code .json}: an array of objects or strings, perhaps inside an object. */
final class JsonPrompts {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int FIELDS_SHOWN = 6;

    private JsonPrompts() {}

    /** All lines; blank ones at the end are left out, as those of a table are. */
    static PromptTable lines(String source, String text) {
        Rows rows = new Rows();
        List<String> lines = TextPrompts.withoutBlankEnd(Utf8Text.lines(text));
        for (int i = 0; i < lines.size(); i++) {
            String place = source + ", line " + (i + 1);
            if (lines.get(i).isBlank()) {
                throw new BadFile(place + ": the line is blank, expected a JSON object. Remove it.");
            }
            JsonNode node = parsed(place, lines.get(i));
            if (!node.isObject()) {
                throw new BadFile(place + ": expected a JSON object, found " + node.getNodeType() + ".");
            }
            rows.add(i + 1, node);
        }
        return rows.table(source, PromptTable.LINE);
    }

    /** The array that the column's name leads to, or the whole. */
    static Named document(String source, String text, @Nullable String column) {
        if (text.isBlank()) {
            throw new BadFile(source + " holds no prompts, expected at least one.");
        }
        JsonNode node = parsed(source, text);
        String rest = column;
        while (node.isObject() && !isConversation(node)) {
            String name = first(node, rest);
            if (rest == null || name == null) {
                throw noArray(source, node);
            }
            rest = rest.equals(name) ? null : rest.substring(name.length() + 1);
            node = node.path(name);
        }
        if (isConversation(node) || isMessages(node)) {
            JsonNode messages = node.isArray() ? node : node.path(Messages.COLUMN);
            Rows rows = new Rows();
            rows.add(1, MAPPER.createObjectNode().set(Messages.COLUMN, messages));
            return new Named(rows.table(source, PromptTable.ELEMENT), rest);
        }
        return new Named(array(source, node), rest);
    }

    /** The field that a way of names with dots begins with; the longest name that fits. */
    private static @Nullable String first(JsonNode object, @Nullable String way) {
        String longest = null;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            boolean leads = way != null && (way.equals(name) || way.startsWith(name + "."));
            if (leads && (longest == null || name.length() > longest.length())) {
                longest = name;
            }
        }
        return longest;
    }

    private static PromptTable array(String source, JsonNode node) {
        if (!node.isArray()) {
            throw new BadFile(source + ": expected a JSON array of objects or strings, found " + node.getNodeType()
                    + " where the prompts should be.");
        }
        Rows rows = new Rows();
        for (JsonNode element : node) {
            long number = rows.rows.size() + 1L;
            boolean text = element.isTextual();
            if (!text && !element.isObject()) {
                throw new BadFile(source + ", element " + number + ": expected an object or a string, found "
                        + element.getNodeType() + ".");
            }
            rows.add(number, text ? MAPPER.createObjectNode().set(PromptReader.DEFAULT_COLUMN, element) : element);
        }
        return rows.table(source, PromptTable.ELEMENT);
    }

    /** {@code {"messages": [...]}}: one conversation, as other commands take and save them. */
    private static boolean isConversation(JsonNode node) {
        return node.isObject() && isMessages(node.path(Messages.COLUMN));
    }

    private static boolean isMessages(JsonNode node) {
        if (!node.isArray() || node.isEmpty()) {
            return false;
        }
        for (JsonNode element : node) {
            if (!element.path("role").isTextual() || !element.has("content") || element.size() != 2) {
                return false;
            }
        }
        return true;
    }

    private static BadFile noArray(String source, JsonNode object) {
        List<String> arrays = new ArrayList<>();
        String example = null;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            JsonNode element = value.path(0);
            if (value.isArray() && (element.isObject() || element.isTextual())) {
                arrays.add(field.getKey() + " (" + value.size() + (element.isObject() ? ": " + fields(element) : "")
                        + ")");
                String inner = element.isObject() ? "." + element.fieldNames().next() : "";
                example = example == null ? source + ":" + field.getKey() + inner : example;
            } else if (value.isObject()) {
                arrays.add(field.getKey() + " (an object: " + fields(value) + ")");
                example = example == null ? source + ":" + field.getKey() + ".NAME" : example;
            }
        }
        if (example == null) {
            return new BadFile(source
                    + " is one JSON object without an array of prompts, expected an array of objects or"
                    + " strings. Its fields: " + fields(object) + ". A file with one object a line is named .jsonl.");
        }
        return new BadFile(source + " is one JSON object, expected an array of prompts. It holds "
                + String.join(", ", arrays) + ". Name the way to the prompts, as in " + example + ".");
    }

    private static String fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names.stream().limit(FIELDS_SHOWN).collect(Collectors.joining(", "))
                + (names.size() > FIELDS_SHOWN ? ", ..." : "");
    }

    static JsonNode parsed(String place, String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new BadFile(place + ": not valid JSON: " + JsonMessages.of(e), e);
        }
    }

    /** Rows that are being read, with the columns that any of them has. */
    private static final class Rows {
        private final List<PromptTable.Row> rows = new ArrayList<>();
        private final Set<String> columns = new LinkedHashSet<>();

        void add(long number, JsonNode object) {
            Map<String, String> values = new LinkedHashMap<>();
            Map<String, String> others = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                JsonNode value = field.getValue();
                columns.add(field.getKey());
                if (value.isTextual()) {
                    values.put(field.getKey(), value.textValue());
                } else {
                    others.put(field.getKey(), value.toString());
                }
            }
            rows.add(new PromptTable.Row(number, values, others));
        }

        PromptTable table(String source, String unit) {
            return new PromptTable(source, unit, List.copyOf(columns), rows);
        }
    }
}
