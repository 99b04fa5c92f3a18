package dev.steering.export.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.foreign.ModelConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Typed access to {@code config.json} with errors that name the key. Keys that change the mathematics in a way the exporter
 * does not implement are refused by name, never guessed.
 */
public final class ConfigReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode node;
    private final String where;

    /**
     * @param node an object
     * @param where what it is, for messages
     */
    public ConfigReader(JsonNode node, String where) {
        this.node = node;
        this.where = where;
    }

    /**
     * @param key a key
     * @return whether it is there and not null
     */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /**
     * @param defaults values of keys that may be absent; a key that is there, if only as null, keeps its value
     * @return a reader that sees them
     */
    public ConfigReader withDefaults(Map<String, ?> defaults) {
        ObjectNode merged = node.deepCopy();
        defaults.forEach((key, value) -> {
            if (!merged.has(key)) {
                merged.set(key, JSON.valueToTree(value));
            }
        });
        return new ConfigReader(merged, where);
    }

    /**
     * @param values values of keys, whatever the config says
     * @return a reader that sees them
     */
    public ConfigReader with(Map<String, ?> values) {
        ObjectNode merged = node.deepCopy();
        values.forEach((key, value) -> merged.set(key, JSON.valueToTree(value)));
        return new ConfigReader(merged, where);
    }

    /**
     * @throws SteeringException if the weights are quantised, which names the method
     */
    public void refuseQuantization() {
        String how = ModelConfiguration.quantization(node);
        if (how != null) {
            throw new BadFile(where + ": the weights are quantised (" + how + " in quantization_config), which is not"
                    + " supported: export the unquantised checkpoint.");
        }
    }

    /**
     * @param other another object
     * @return whether it says the same
     */
    public boolean sameAs(ConfigReader other) {
        return node.equals(other.node);
    }

    /**
     * @param key a key
     * @return what is there, whatever it is; not to be changed
     */
    public JsonNode value(String key) {
        return node.path(key);
    }

    /** @return all keys, in the file's order */
    public List<String> keys() {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /**
     * @param key key of a positive integer
     * @return its value
     */
    public int positive(String key) {
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw wrong(key, "a positive integer", value);
        }
        return value.asInt();
    }

    /**
     * @param key key of a positive integer
     * @param otherwise value if the key is absent or null
     * @return its value
     */
    public int positive(String key, int otherwise) {
        return has(key) ? positive(key) : otherwise;
    }

    /**
     * @param key key of a positive, finite number
     * @return its value
     */
    public double positiveNumber(String key) {
        JsonNode value = node.path(key);
        if (!value.isNumber() || !(value.asDouble() > 0) || Double.isInfinite(value.asDouble())) {
            throw wrong(key, "a positive number", value);
        }
        return value.asDouble();
    }

    /**
     * @param key key of a positive, finite number
     * @param otherwise value if the key is absent or null
     * @return its value
     */
    public double positiveNumber(String key, double otherwise) {
        return has(key) ? positiveNumber(key) : otherwise;
    }

    /**
     * @param key key of a boolean
     * @param otherwise value if the key is absent or null
     * @return its value
     */
    public boolean flag(String key, boolean otherwise) {
        if (has(key) && !node.path(key).isBoolean()) {
            throw wrong(key, "true or false", node.path(key));
        }
        return has(key) ? node.path(key).asBoolean() : otherwise;
    }

    /**
     * @param key key of a string
     * @param otherwise value if the key is absent or null
     * @return its value
     */
    public String text(String key, String otherwise) {
        return has(key) ? node.path(key).asText() : otherwise;
    }

    /**
     * @param key key of a finite number from 0 on
     * @param otherwise value if the key is absent or null
     * @return its value
     */
    public double nonNegative(String key, double otherwise) {
        JsonNode value = node.path(key);
        if (has(key) && !(value.isNumber() && value.asDouble() >= 0 && value.asDouble() < Double.POSITIVE_INFINITY)) {
            throw wrong(key, "a number from 0 on", value);
        }
        return has(key) ? value.asDouble() : otherwise;
    }

    /**
     * @param key key of a list
     * @param size how many entries it must have
     * @return its entries as texts: strings as they are, numbers as JSON writes them
     */
    public List<String> texts(String key, int size) {
        List<String> texts = new ArrayList<>();
        list(key, size, "entries").forEach(entry -> texts.add(entry.asText()));
        return texts;
    }

    /**
     * @param key key of a list
     * @return its entries as texts, as many as there are; none if the key is absent or null
     */
    public List<String> texts(String key) {
        return has(key) ? texts(key, node.path(key).size()) : List.of();
    }

    /**
     * @param key key of a list of positive, finite numbers
     * @param size how many entries it must have
     * @return its entries
     */
    public double[] positiveNumbers(String key, int size) {
        double[] numbers = new double[size];
        int i = 0;
        for (JsonNode entry : list(key, size, "positive numbers")) {
            if (!entry.isNumber() || !(entry.asDouble() > 0)) {
                throw wrong(key, "a list of " + size + " positive numbers", entry);
            }
            numbers[i++] = entry.asDouble();
        }
        return numbers;
    }

    private JsonNode list(String key, int size, String of) {
        JsonNode value = node.path(key);
        if (!value.isArray() || value.size() != size) {
            throw new BadFile(where + ": expected " + key + " to be a list of " + size + " " + of + ", found "
                    + (value.isArray() ? "a list of " + value.size() : value.isMissingNode() ? "nothing" : value)
                    + ".");
        }
        return value;
    }

    /**
     * @param key key of an object
     * @return a reader of it
     */
    public ConfigReader object(String key) {
        JsonNode value = node.path(key);
        if (!value.isObject()) {
            throw wrong(key, "an object", value);
        }
        return new ConfigReader(value, where + ", " + key);
    }

    /**
     * @param key key of an object
     * @return a reader of it; of an empty one if the key is absent or null
     */
    public ConfigReader objectOrEmpty(String key) {
        return has(key) ? object(key) : new ConfigReader(JSON.createObjectNode(), where + ", " + key);
    }

    /**
     * Refuses a key that is present with any value but the one that leaves the mathematics alone.
     *
     * @param key a key
     * @param neutral the only value that is implemented
     */
    public void requireNeutral(String key, double neutral) {
        if (has(key) && node.path(key).asDouble(Double.NaN) != neutral) {
            throw new BadFile(where + ": " + key + " = " + node.path(key)
                    + " is not supported for this architecture (only " + neutral + " is).");
        }
    }

    /**
     * @param key a key that must be absent, null or false
     * @param reason why it cannot be exported
     */
    public void refuse(String key, String reason) {
        JsonNode value = node.path(key);
        if (has(key) && !(value.isBoolean() && !value.asBoolean())) {
            throw new BadFile(where + ": " + key + " is not supported: " + reason);
        }
    }

    /**
     * @param key the offending key
     * @param expected what is supported
     * @return the error to throw
     */
    public SteeringException unsupported(String key, String expected) {
        return new BadFile(
                where + ": " + key + " " + node.path(key) + " is not supported; supported: " + expected + ".");
    }

    /**
     * @param message what is wrong
     * @return the error to throw, naming the file
     */
    public SteeringException error(String message) {
        return new BadFile(where + ": " + message);
    }

    private SteeringException wrong(String key, String expected, JsonNode value) {
        return new BadFile(where + ": expected " + key + " to be " + expected + ", found "
                + (value.isMissingNode() ? "nothing" : value.toString()) + ".");
    }
}
