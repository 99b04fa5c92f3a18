package dev.steering.apply.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An object of a JSON document whose every field has to be asked for, and which names the place in every complaint. */
final class StrictJson {
    private final String file;
    private final String place;
    private final JsonNode node;
    private final Set<String> asked = new LinkedHashSet<>();

    static StrictJson root(String file, JsonNode node) {
        return new StrictJson(file, "", node);
    }

    private StrictJson(String file, String place, JsonNode node) {
        this.file = file;
        this.place = place;
        this.node = node;
        if (!node.isObject()) {
            throw complaint(place.isEmpty() ? "it" : "'" + place + "'", "an object", node.toString());
        }
    }

    boolean has(String key) {
        asked.add(key);
        return node.has(key);
    }

    String string(String key) {
        JsonNode value = required(key);
        if (!value.isTextual()) {
            throw wrong(key, "a string", value.toString());
        }
        return value.textValue();
    }

    int integer(String key) {
        return integer(key, required(key));
    }

    long longInteger(String key) {
        JsonNode value = required(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(key, "a 64-bit integer", value.toString());
        }
        return value.longValue();
    }

    double number(String key) {
        JsonNode value = required(key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(key, "a finite number", value.toString());
        }
        return value.doubleValue();
    }

    boolean bool(String key) {
        JsonNode value = required(key);
        if (!value.isBoolean()) {
            throw wrong(key, "true or false", value.toString());
        }
        return value.booleanValue();
    }

    /** One of an enumeration's values, in small letters with hyphens. */
    <T extends Enum<T>> T choice(String key, T[] values) {
        String text = string(key);
        for (T value : values) {
            if (name(value).equals(text)) {
                return value;
            }
        }
        List<String> names = Arrays.stream(values).map(StrictJson::name).toList();
        throw wrong(key, "one of " + String.join(", ", names), "\"" + text + "\"");
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    StrictJson object(String key) {
        return new StrictJson(file, path(key), required(key));
    }

    List<Integer> integers(String key) {
        List<Integer> values = new ArrayList<>();
        for (JsonNode value : array(key)) {
            values.add(integer(key + "[" + values.size() + "]", value));
        }
        return values;
    }

    <T> List<T> objects(String key, Function<StrictJson, T> read) {
        List<T> values = new ArrayList<>();
        for (JsonNode value : array(key)) {
            values.add(read.apply(new StrictJson(file, path(key) + "[" + values.size() + "]", value)));
        }
        return values;
    }

    /** What the fields make; if they make nothing sensible, the complaint gets the place. */
    <T> T built(Supplier<T> make) {
        try {
            return make.get();
        } catch (PlacedException e) {
            throw e;
        } catch (SteeringException e) {
            throw new PlacedException(file + (place.isEmpty() ? "" : ", " + place) + ": " + e.getMessage(), e);
        }
    }

    void requireNoOthers() {
        List<String> others = new ArrayList<>();
        node.fieldNames().forEachRemaining(others::add);
        others.removeAll(asked);
        if (!others.isEmpty()) {
            throw new PlacedException(
                    file + " says '" + path(others.get(0))
                            + "', which this version of steer does not know. Known here are " + String.join(", ", asked)
                            + ". Nothing in a plan is ignored.",
                    null);
        }
    }

    SteeringException wrong(String key, String expected, String found) {
        return complaint("'" + path(key) + "'", expected, found);
    }

    private SteeringException complaint(String what, String expected, String found) {
        return new PlacedException(
                file + " is not a valid steering plan: " + what + " must be " + expected + ", found " + found + ".",
                null);
    }

    private JsonNode array(String key) {
        JsonNode value = required(key);
        if (!value.isArray()) {
            throw wrong(key, "an array", value.toString());
        }
        return value;
    }

    private int integer(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(key, "a 32-bit integer", value.toString());
        }
        return value.intValue();
    }

    private JsonNode required(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        if (value == null) {
            throw complaint("'" + path(key) + "'", "there", "nothing");
        }
        return value;
    }

    private String path(String key) {
        return place.isEmpty() ? key : place + "." + key;
    }

    /** A complaint that already says where. */
    private static final class PlacedException extends BadFile {
        private static final long serialVersionUID = 1;

        PlacedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
