package dev.steering.export.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.SteeringException;

/**
 * Typed access to {@code config.json} with errors that name the key. Keys that change the mathematics in a way the exporter
 * does not implement are refused by name, never guessed.
 */
public final class ConfigReader {
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
     * Refuses a key that is present with any value but the one that leaves the mathematics alone.
     *
     * @param key a key
     * @param neutral the only value that is implemented
     */
    public void requireNeutral(String key, double neutral) {
        if (has(key) && node.path(key).asDouble(Double.NaN) != neutral) {
            throw new SteeringException(where + ": " + key + " = " + node.path(key)
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
            throw new SteeringException(where + ": " + key + " is not supported: " + reason);
        }
    }

    /**
     * @param key the offending key
     * @param expected what is supported
     * @return the error to throw
     */
    public SteeringException unsupported(String key, String expected) {
        return new SteeringException(
                where + ": " + key + " " + node.path(key) + " is not supported; supported: " + expected + ".");
    }

    private SteeringException wrong(String key, String expected, JsonNode value) {
        return new SteeringException(where + ": expected " + key + " to be " + expected + ", found "
                + (value.isMissingNode() ? "nothing" : value.toString()) + ".");
    }
}
