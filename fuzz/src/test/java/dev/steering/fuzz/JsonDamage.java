package dev.steering.fuzz;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A JSON document with one value in turn replaced by what does not belong there. */
final class JsonDamage {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a long list the first entries stand for all. */
    private static final int ENTRIES = 2;

    /** As they are written; some are not what JSON allows. */
    static final List<String> VALUES = Stream.of(
                    Stream.of(
                            "null",
                            "true",
                            "false",
                            "{}",
                            "[]",
                            "[null]",
                            "[[]]",
                            "[1]",
                            "[\"a\"]",
                            "{\"\":null}",
                            "{\"a\":1}"),
                    Stream.of(
                            "0", "1", "-1", "3", "127", "-0.0", "0.5", "1e-999", "1e308", "1e999", "-1e999", "1e-400",
                            "NaN"),
                    Stream.of(
                            "2147483647",
                            "2147483648",
                            "-2147483648",
                            "99999999999",
                            "9223372036854775807",
                            "9223372036854775808"),
                    Stream.of("1" + "0".repeat(400), "0." + "3".repeat(900), "1" + "0".repeat(2000), "1e99999999999"),
                    Stream.of(
                            "\"\"",
                            "\" \"",
                            "\"abc\"",
                            "\"1\"",
                            "\"-1\"",
                            "\"99999999999\"",
                            "\"a\\u0000b\"",
                            "\"\\ud800\"",
                            "\"\u00e9\u4e2d\""),
                    Stream.of(
                            "\"../a\"",
                            "\"/etc/passwd\"",
                            "\"a/../../b\"",
                            "\".\"",
                            "\"C:\\\\a\"",
                            "\"a\\nb\"",
                            "\"" + "x".repeat(5000) + "\"",
                            "\"\\u001b[31m\""),
                    Stream.of(
                            "[".repeat(200) + "]".repeat(200),
                            "{\"a\":".repeat(300) + "1" + "}".repeat(300),
                            "[".repeat(2000)))
            .flatMap(values -> values)
            .toList();

    private JsonDamage() {}

    /** Makes one damaged document. */
    interface Damage {
        String document() throws JsonProcessingException;
    }

    /** Every place of the document with every value, left out, and cut off; nothing is made before it is asked for. */
    static List<Damage> of(String json) throws JsonProcessingException {
        List<Damage> all = new ArrayList<>();
        VALUES.forEach(value -> all.add(() -> value));
        for (JsonPointer place : places(JSON.readTree(json))) {
            VALUES.forEach(value -> all.add(() -> with(json, place, value)));
            all.add(() -> without(json, place));
        }
        for (int cut = 1; cut < json.length(); cut += 1 + json.length() / 50) {
            String start = json.substring(0, cut);
            all.add(() -> start);
        }
        return all;
    }

    private static List<JsonPointer> places(JsonNode node) {
        List<JsonPointer> places = new ArrayList<>();
        collect(node, JsonPointer.empty(), places);
        return places;
    }

    private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> places) {
        if (node instanceof ObjectNode object) {
            for (Iterator<Map.Entry<String, JsonNode>> fields =
                            object.properties().iterator();
                    fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                JsonPointer place = at.appendProperty(field.getKey());
                places.add(place);
                collect(field.getValue(), place, places);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < Math.min(ENTRIES, array.size()); i++) {
                places.add(at.appendIndex(i));
                collect(array.get(i), at.appendIndex(i), places);
            }
        }
    }

    private static String with(String json, JsonPointer place, String value) throws JsonProcessingException {
        JsonNode root = JSON.readTree(json);
        JsonNode parent = root.at(Objects.requireNonNull(place.head()));
        JsonNode raw = JSON.getNodeFactory().rawValueNode(new RawValue(value));
        if (parent instanceof ObjectNode object) {
            object.set(place.last().getMatchingProperty(), raw);
        } else if (parent instanceof ArrayNode array) {
            array.set(place.last().getMatchingIndex(), raw);
        }
        return JSON.writeValueAsString(root);
    }

    private static String without(String json, JsonPointer place) throws JsonProcessingException {
        JsonNode root = JSON.readTree(json);
        JsonNode parent = root.at(Objects.requireNonNull(place.head()));
        if (parent instanceof ObjectNode object) {
            object.remove(place.last().getMatchingProperty());
        } else if (parent instanceof ArrayNode array) {
            array.remove(place.last().getMatchingIndex());
        }
        return JSON.writeValueAsString(root);
    }
}
