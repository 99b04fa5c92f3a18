package dev.steering.core.vector;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.SteeringException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An object of a vector file's JSON document that names the place in every complaint. */
final class JsonFields {
    private final String file;
    private final String place;
    private final JsonNode node;

    /** The document's root. */
    static JsonFields root(String file, JsonNode node) {
        return new JsonFields(file, "", node);
    }

    private JsonFields(String file, String place, JsonNode node) {
        this.file = file;
        this.place = place;
        this.node = node;
        if (!node.isObject()) {
            throw wrong(place, "an object", node);
        }
    }

    String string(String key) {
        return string(path(key), required(key));
    }

    int integer(String key) {
        return integer(path(key), required(key));
    }

    long longInteger(String key) {
        JsonNode value = required(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(path(key), "a 64-bit integer", value);
        }
        return value.longValue();
    }

    double number(String key) {
        return number(path(key), required(key));
    }

    boolean bool(String key) {
        JsonNode value = required(key);
        if (!value.isBoolean()) {
            throw wrong(path(key), "true or false", value);
        }
        return value.booleanValue();
    }

    JsonFields object(String key) {
        return new JsonFields(file, path(key), required(key));
    }

    /** A key that must be there but may hold null. */
    <T> @Nullable T orNull(String key, Function<JsonFields, T> read) {
        return required(key).isNull() ? null : read.apply(object(key));
    }

    List<String> strings(String key) {
        return list(key, this::string);
    }

    List<Integer> integers(String key) {
        return list(key, this::integer);
    }

    List<Double> numbers(String key) {
        return list(key, this::number);
    }

    <T> List<T> objects(String key, Function<JsonFields, T> read) {
        return list(key, (at, value) -> read.apply(new JsonFields(file, at, value)));
    }

    Map<String, String> stringMap(String key) {
        JsonFields object = object(key);
        Map<String, String> map = new LinkedHashMap<>();
        object.node.fieldNames().forEachRemaining(name -> map.put(name, object.string(name)));
        return map;
    }

    private <T> List<T> list(String key, BiFunction<String, JsonNode, T> read) {
        JsonNode array = required(key);
        if (!array.isArray()) {
            throw wrong(path(key), "an array", array);
        }
        List<T> values = new ArrayList<>();
        for (JsonNode value : array) {
            values.add(read.apply(path(key) + "[" + values.size() + "]", value));
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

    String path(String key) {
        return place.isEmpty() ? key : place + "." + key;
    }

    private SteeringException wrong(String at, String expected, JsonNode found) {
        String kind = found.isNumber() ? found.asText() : found.getNodeType().toString();
        return damaged("its description's '" + at + "' must be " + expected + ", found " + kind);
    }

    SteeringException damaged(String problem) {
        return new SteeringException(
                file + " is not a valid steering vector: " + problem + ". Extract or copy it again.");
    }
}
