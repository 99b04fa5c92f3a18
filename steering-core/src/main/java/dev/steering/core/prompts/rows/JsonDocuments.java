package dev.steering.core.prompts.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import dev.steering.core.ProgressListener;
import dev.steering.core.json.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code .json}: an array of objects or strings, perhaps inside an object, which is held whole; or one conversation. */
final class JsonDocuments {
    private static final String MESSAGES = "messages";
    private static final int FIELDS_SHOWN = 6;

    private JsonDocuments() {}

    /** The array that the column's name leads to, or the whole. */
    static RowFiles.Opened open(Content content, @Nullable String column) {
        if (isPlainArray(content)) {
            return new RowFiles.Opened(new JsonArrayRows(content), column);
        }
        JsonNode node = whole(content);
        String rest = column;
        while (node.isObject() && !isConversation(node)) {
            String name = first(node, rest);
            if (rest == null || name == null) {
                throw noArray(content.name(), node);
            }
            rest = rest.equals(name) ? null : rest.substring(name.length() + 1);
            node = node.path(name);
        }
        if (isConversation(node) || isMessages(node)) {
            JsonNode messages = node.isArray() ? node : node.path(MESSAGES);
            JsonNode row = StrictJson.MAPPER.createObjectNode().set(MESSAGES, messages);
            return new RowFiles.Opened(new Held(content, List.of(row)), rest);
        }
        if (!node.isArray()) {
            throw new BadFile(content.name() + ": expected a JSON array of objects or strings, found "
                    + node.getNodeType() + " where the prompts should be.");
        }
        return new RowFiles.Opened(new Held(content, node), rest);
    }

    /** Elements of an array that is in memory. */
    private record Held(Content content, Iterable<JsonNode> elements) implements RowSource {
        @Override
        public String name() {
            return content.name();
        }

        @Override
        public String unit() {
            return RowFiles.ELEMENT;
        }

        @Override
        public void read(RowSink sink, ProgressListener progress) {
            long number = 0;
            for (JsonNode element : elements) {
                if (!JsonDocuments.give(sink, content, ++number, element)) {
                    return;
                }
            }
        }
    }

    /** Gives an element, which may be a string. */
    static boolean give(RowSink sink, Content content, long number, JsonNode element) {
        if (element.isTextual()) {
            return sink.row(number, Map.of(RowFiles.PROMPT, element.textValue()), Set.of());
        }
        if (!element.isObject()) {
            throw content.wrong(
                    "element " + number, "expected an object or a string, found " + element.getNodeType() + ".");
        }
        return JsonNodes.give(sink, number, element);
    }

    /** Whether it is an array that does not begin like a conversation. */
    private static boolean isPlainArray(Content content) {
        try (Utf8Reader in = content.open(ProgressListener.NONE);
                JsonParser parser = JsonNodes.ELEMENTS.getFactory().createParser(in)) {
            JsonToken begin = parser.nextToken();
            if (begin == null) {
                throw content.empty();
            }
            if (begin != JsonToken.START_ARRAY) {
                return false;
            }
            return parser.nextToken() == JsonToken.END_ARRAY || !isMessage(JsonNodes.ELEMENTS.readTree(parser));
        } catch (JsonProcessingException e) {
            throw JsonNodes.invalid(content.name(), e);
        } catch (IOException e) {
            throw content.unreadable(e);
        } catch (NumberFormatException e) {
            throw new BadFile(content.name() + " " + JsonMessages.ENDLESS_NUMBER, e);
        }
    }

    private static JsonNode whole(Content content) {
        try (Utf8Reader in = content.open(ProgressListener.NONE)) {
            return StrictJson.MAPPER.readTree(in);
        } catch (JsonProcessingException e) {
            throw JsonNodes.invalid(content.name(), e);
        } catch (IOException e) {
            throw content.unreadable(e);
        } catch (NumberFormatException e) {
            throw new BadFile(content.name() + " " + JsonMessages.ENDLESS_NUMBER, e);
        }
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

    /** {@code {"messages": [...]}}: one conversation, as other commands take and save them. */
    private static boolean isConversation(JsonNode node) {
        return node.isObject() && isMessages(node.path(MESSAGES));
    }

    private static boolean isMessages(JsonNode node) {
        if (!node.isArray() || node.isEmpty()) {
            return false;
        }
        for (JsonNode element : node) {
            if (!isMessage(element)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMessage(JsonNode element) {
        return element.path("role").isTextual() && element.has("content") && element.size() == 2;
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
}
