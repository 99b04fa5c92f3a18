package dev.steering.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.SteeringException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An object of a file's JSON description that names the place in every complaint. Not to be changed while it is read. */
public final class JsonFields {
    private final JsonDocument document;
    private final String place;
    private final JsonNode node;

    JsonFields(JsonDocument document, String place, JsonNode node) {
        this.document = document;
        this.place = place;
        this.node = node;
        if (!node.isObject()) {
            throw wrong(place, "an object", node);
        }
    }

    /**
     * @param key a key
     * @return its text
     * @throws SteeringException if it is missing or something else
     */
    public String string(String key) {
        return string(path(key), required(key));
    }

    /**
     * @param key a key
     * @return its 32-bit integer
     * @throws SteeringException if it is missing or something else
     */
    public int integer(String key) {
        return integer(path(key), required(key));
    }

    /**
     * @param key a key
     * @return its 64-bit integer
     * @throws SteeringException if it is missing or something else
     */
    public long longInteger(String key) {
        JsonNode value = required(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(path(key), "a 64-bit integer", value);
        }
        return value.longValue();
    }

    /**
     * @param key a key
     * @return its finite number
     * @throws SteeringException if it is missing or something else
     */
    public double number(String key) {
        return number(path(key), required(key));
    }

    /**
     * @param key a key
     * @return its truth value
     * @throws SteeringException if it is missing or something else
     */
    public boolean bool(String key) {
        JsonNode value = required(key);
        if (!value.isBoolean()) {
            throw wrong(path(key), "true or false", value);
        }
        return value.booleanValue();
    }

    /**
     * @param key a key
     * @return its object
     * @throws SteeringException if it is missing or something else
     */
    public JsonFields object(String key) {
        return new JsonFields(document, path(key), required(key));
    }

    /**
     * @param key a key
     * @return whether it is there and not null
     */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /**
     * @param <T> what is read
     * @param key a key that must be there but may hold null
     * @param read reads its object
     * @return what was read; null for null
     * @throws SteeringException if it is missing or something else
     */
    public <T> @Nullable T orNull(String key, Function<JsonFields, T> read) {
        return required(key).isNull() ? null : read.apply(object(key));
    }

    /**
     * @param <T> what is read
     * @param key a key that need not be there
     * @param read reads its object
     * @return what was read; null if there is none
     * @throws SteeringException if it is something else
     */
    public <T> @Nullable T optional(String key, Function<JsonFields, T> read) {
        return node.has(key) ? orNull(key, read) : null;
    }

    /**
     * @param key a key
     * @return its texts
     * @throws SteeringException if it is missing or something else
     */
    public List<String> strings(String key) {
        return list(key, this::string);
    }

    /**
     * @param key a key
     * @return its 32-bit integers
     * @throws SteeringException if it is missing or something else
     */
    public List<Integer> integers(String key) {
        return list(key, this::integer);
    }

    /**
     * @param key a key
     * @return its finite numbers
     * @throws SteeringException if it is missing or something else
     */
    public List<Double> numbers(String key) {
        return list(key, this::number);
    }

    /**
     * @param key a key
     * @return its lists of 32-bit integers
     * @throws SteeringException if it is missing or something else
     */
    public List<List<Integer>> integerLists(String key) {
        return list(key, (at, value) -> list(at, value, this::integer));
    }

    /**
     * @param <T> what is read
     * @param key a key
     * @param read reads each object of its array
     * @return what was read, in order
     * @throws SteeringException if it is missing or something else
     */
    public <T> List<T> objects(String key, Function<JsonFields, T> read) {
        return list(key, (at, value) -> read.apply(new JsonFields(document, at, value)));
    }

    /**
     * @param key a key
     * @return its object of texts, in order
     * @throws SteeringException if it is missing or something else
     */
    public Map<String, String> stringMap(String key) {
        return map(key, JsonFields::string);
    }

    /**
     * @param <T> type of the values
     * @param key a key
     * @param read reads the value of a key of its object
     * @return the object's values, in order
     * @throws SteeringException if it is missing or something else
     */
    public <T> Map<String, T> map(String key, BiFunction<JsonFields, String, T> read) {
        JsonFields object = object(key);
        Map<String, T> map = new LinkedHashMap<>();
        object.node.fieldNames().forEachRemaining(name -> map.put(name, read.apply(object, name)));
        return map;
    }

    private <T> List<T> list(String key, BiFunction<String, JsonNode, T> read) {
        return list(path(key), required(key), read);
    }

    private <T> List<T> list(String at, JsonNode array, BiFunction<String, JsonNode, T> read) {
        if (!array.isArray()) {
            throw wrong(at, "an array", array);
        }
        List<T> values = new ArrayList<>();
        for (JsonNode value : array) {
            values.add(read.apply(at + "[" + values.size() + "]", value));
        }
        return values;
    }

    private String string(String at, JsonNode value) {
        if (!value.isTextual()) {
            throw wrong(at, "a string", value);
        }
        return value.textValue();
    }

    private int integer(String at, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(at, "a 32-bit integer", value);
        }
        return value.intValue();
    }

    private double number(String at, JsonNode value) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(at, "a finite number", value);
        }
        return value.doubleValue();
    }

    private JsonNode required(String key) {
        JsonNode value = node.get(key);
        if (value == null) {
            throw damaged("its description has no '" + path(key) + "'");
        }
        return value;
    }

    /**
     * @param key a key
     * @return where it is in the document
     */
    public String path(String key) {
        return place.isEmpty() ? key : place + "." + key;
    }

    private SteeringException wrong(String at, String expected, JsonNode found) {
        String kind = found.isNumber() ? found.asText() : found.getNodeType().toString();
        return damaged("its description's '" + at + "' must be " + expected + ", found " + kind);
    }

    /**
     * @param problem what is wrong
     * @return a complaint about the file
     */
    public SteeringException damaged(String problem) {
        return document.damaged(problem);
    }
}
