package dev.steering.cli.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonDocument;
import java.util.List;

/**
 * What all results for programs have in common: {@code steer}, the version; {@code command}; {@code format}, which grows when a key
 * changes its meaning or goes; the result's own keys; and {@code warnings}. Stateless and thread-safe.
 */
public final class Envelope {
    /** The version of the shapes in docs/json.md; new keys do not change it. */
    public static final int FORMAT = 1;

    private static final String WARNINGS = "warnings";
    private static final String REASON = "_reason";

    private Envelope() {}

    /**
     * Numbers that are none become null, with the reason beside them: {@code "threshold": null, "threshold_reason": "not a number"}.
     *
     * @param version of the program
     * @param command the subcommand's name
     * @param result the result's own keys, in order
     * @param warnings what belongs to the result and was warned of
     * @return one line of JSON without its end
     * @throws IllegalArgumentException if the result has a key of the envelope, or a string is not valid Unicode
     */
    public static String line(String version, String command, ObjectNode result, List<String> warnings) {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("steer", version)
                .put("command", command)
                .put("format", FORMAT);
        result.properties().forEach(field -> {
            if (root.has(field.getKey()) || field.getKey().equals(WARNINGS)) {
                throw new IllegalArgumentException("a result of " + command + " has a key '" + field.getKey() + "'");
            }
            putFinite(root, field.getKey(), field.getValue());
        });
        warnings.forEach(root.putArray(WARNINGS)::add);
        return JsonDocument.write(root);
    }

    private static void putFinite(ObjectNode to, String key, JsonNode value) {
        String reason = reason(value);
        if (value instanceof ObjectNode object) {
            ObjectNode copy = to.putObject(key);
            object.properties().forEach(field -> putFinite(copy, field.getKey(), field.getValue()));
        } else if (value instanceof ArrayNode array) {
            String first = "";
            ArrayNode copy = to.putArray(key);
            for (JsonNode element : array) {
                String wrong = reason(element);
                first = first.isEmpty() ? wrong : first;
                addFinite(copy, element, wrong);
            }
            reason = first;
        } else if (reason.isEmpty()) {
            to.set(key, value);
        } else {
            to.putNull(key);
        }
        if (!reason.isEmpty()) {
            to.put(key + REASON, reason);
        }
    }

    private static void addFinite(ArrayNode to, JsonNode element, String reason) {
        if (!reason.isEmpty()) {
            to.addNull();
        } else if (element instanceof ObjectNode object) {
            ObjectNode copy = to.addObject();
            object.properties().forEach(field -> putFinite(copy, field.getKey(), field.getValue()));
        } else if (element instanceof ArrayNode array) {
            ArrayNode copy = to.addArray();
            array.forEach(inner -> addFinite(copy, inner, reason(inner)));
        } else {
            to.add(element);
        }
    }

    /** Why a value is no number that JSON has; empty if it is one, or no number at all. */
    private static String reason(JsonNode value) {
        if (!value.isFloatingPointNumber() || Double.isFinite(value.doubleValue())) {
            return "";
        }
        return Double.isNaN(value.doubleValue()) ? "not a number" : "infinite";
    }
}
