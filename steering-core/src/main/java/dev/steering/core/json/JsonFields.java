package dev.steering.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON document: typed access that names the place in every complaint, and that knows which keys were asked for.
 * For one thread, while it is read.
 */
public final class JsonFields {
    private final JsonDocument document;
    private final String place;
    private final JsonNode node;
    private final Set<String> asked = new LinkedHashSet<>();

    private JsonFields(JsonDocument document, String place, JsonNode node) {
        this.document = document;
        this.place = place;
        this.node = node;
        if (!node.isObject()) {
            throw document.notAnObject(place, node);
        }
    }

    /** Reads an object whole: only then is it known which of its keys nobody asked for. */
    static <T> T read(JsonDocument document, String place, JsonNode node, Function<JsonFields, T> read) {
        JsonFields fields = new JsonFields(document, place, node);
        T value;
        try {
            value = read.apply(fields);
        } catch (PlacedBadFile e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Values check themselves: what made no sense came from the file.
            throw document.damaged((place.isEmpty() ? "" : "'" + place + "': ") + e.getMessage());
        } catch (SteeringException e) {
            throw new PlacedBadFile(document.file() + (place.isEmpty() ? "" : ", " + place) + ": " + e.getMessage(), e);
        }
        if (document.unknownKeys() == UnknownKeys.REFUSE) {
            fields.requireNoOthers();
        }
        return value;
    }

    private void requireNoOthers() {
        List<String> others = new ArrayList<>();
        node.fieldNames().forEachRemaining(others::add);
        others.removeAll(asked);
        if (!others.isEmpty()) {
            throw document.unknown(path(others.get(0)), asked);
        }
    }

    /**
     * @param key a key
     * @return its text
     * @throws BadFile if it is missing or something else
     */
    public String string(String key) {
        return string(path(key), required(key));
    }

    /**
     * @param key a key
     * @return its 32-bit integer
     * @throws BadFile if it is missing or something else
     */
    public int integer(String key) {
        return integer(path(key), required(key));
    }

    /**
     * @param key a key
     * @return its 64-bit integer
     * @throws BadFile if it is missing or something else
     */
    public long longInteger(String key) {
        JsonNode value = required(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw document.wrong(path(key), "a 64-bit integer", value);
        }
        return value.longValue();
    }

    /**
     * @param key a key
     * @return its finite number
     * @throws BadFile if it is missing or something else
     */
    public double number(String key) {
        return number(path(key), required(key));
    }

    /**
     * @param key a key
     * @return its truth value
     * @throws BadFile if it is missing or something else
     */
    public boolean bool(String key) {
        JsonNode value = required(key);
        if (!value.isBoolean()) {
            throw document.wrong(path(key), "true or false", value);
        }
        return value.booleanValue();
    }

    /**
     * @param <T> the enumeration
     * @param key a key
     * @param values its values, which documents write in small letters with hyphens
     * @return the one that is named
     * @throws BadFile if it is missing or something else
     */
    public <T extends Enum<T>> T choice(String key, T[] values) {
        String text = string(key);
        for (T value : values) {
            if (name(value).equals(text)) {
                return value;
            }
        }
        List<String> names = Arrays.stream(values).map(JsonFields::name).toList();
        throw wrong(key, "one of " + String.join(", ", names), "\"" + text + "\"");
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @param <T> what is read
     * @param key a key
     * @param read reads its object
     * @return what was read
     * @throws BadFile if it is missing or something else
     */
    public <T> T object(String key, Function<JsonFields, T> read) {
        return read(document, path(key), required(key), read);
    }

    /**
     * @param key a key
     * @return whether it is there and not null
     */
    public boolean has(String key) {
        asked.add(key);
        return node.hasNonNull(key);
    }

    /**
     * @param <T> what is read
     * @param key a key that must be there but may hold null
     * @param read reads its object
     * @return what was read; null for null
     * @throws BadFile if it is missing or something else
     */
    public <T> @Nullable T orNull(String key, Function<JsonFields, T> read) {
        return required(key).isNull() ? null : object(key, read);
    }

    /**
     * @param <T> what is read
     * @param key a key that need not be there
     * @param read reads its object
     * @return what was read; null if there is none
     * @throws BadFile if it is something else
     */
    public <T> @Nullable T optional(String key, Function<JsonFields, T> read) {
        asked.add(key);
        return node.has(key) ? orNull(key, read) : null;
    }

    /**
     * @param key a key
     * @return its texts
     * @throws BadFile if it is missing or something else
     */
    public List<String> strings(String key) {
        return list(key, this::string);
    }

    /**
     * @param key a key
     * @return its 32-bit integers
     * @throws BadFile if it is missing or something else
     */
    public List<Integer> integers(String key) {
        return list(key, this::integer);
    }

    /**
     * @param key a key
     * @return its finite numbers
     * @throws BadFile if it is missing or something else
     */
    public List<Double> numbers(String key) {
        return list(key, this::number);
    }

    /**
     * @param key a key
     * @return its lists of 32-bit integers
     * @throws BadFile if it is missing or something else
     */
    public List<List<Integer>> integerLists(String key) {
        return list(key, (at, value) -> list(at, value, this::integer));
    }

    /**
     * @param <T> what is read
     * @param key a key
     * @param read reads each object of its array
     * @return what was read, in order
     * @throws BadFile if it is missing or something else
     */
    public <T> List<T> objects(String key, Function<JsonFields, T> read) {
        return list(key, (at, value) -> read(document, at, value, read));
    }

    /**
     * @param key a key
     * @return its object of texts, in order
     * @throws BadFile if it is missing or something else
     */
    public Map<String, String> stringMap(String key) {
        return map(key, JsonFields::string);
    }

    /**
     * @param <T> type of the values
     * @param key a key
     * @param read reads the value of a key of its object
     * @return the object's values, in order
     * @throws BadFile if it is missing or something else
     */
    public <T> Map<String, T> map(String key, BiFunction<JsonFields, String, T> read) {
        return object(key, object -> {
            Map<String, T> map = new LinkedHashMap<>();
            object.node.fieldNames().forEachRemaining(name -> map.put(name, read.apply(object, name)));
            return map;
        });
    }

    private <T> List<T> list(String key, BiFunction<String, JsonNode, T> read) {
        return list(path(key), required(key), read);
    }

    private <T> List<T> list(String at, JsonNode array, BiFunction<String, JsonNode, T> read) {
        if (!array.isArray()) {
            throw document.wrong(at, "an array", array);
        }
        List<T> values = new ArrayList<>();
        for (JsonNode value : array) {
            values.add(read.apply(at + "[" + values.size() + "]", value));
        }
        return values;
    }

    private String string(String at, JsonNode value) {
        if (!value.isTextual()) {
            throw document.wrong(at, "a string", value);
        }
        return value.textValue();
    }

    private int integer(String at, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw document.wrong(at, "a 32-bit integer", value);
        }
        return value.intValue();
    }

    private double number(String at, JsonNode value) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw document.wrong(at, "a finite number", value);
        }
        return value.doubleValue();
    }

    private JsonNode required(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        if (value == null) {
            throw document.missing(path(key));
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

    /**
     * @param key a key
     * @param expected what its value must be
     * @param found what it is
     * @return a complaint about it
     */
    public BadFile wrong(String key, String expected, String found) {
        return document.wrong(path(key), expected, found);
    }

    /**
     * @param problem what is wrong
     * @return a complaint about the file
     */
    public BadFile damaged(String problem) {
        return document.damaged(problem);
    }
}
