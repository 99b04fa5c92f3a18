package dev.steering.server.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.JsonMessages;
import dev.steering.core.NearNames;
import dev.steering.server.http.HttpError;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object in a request, each of its kind and within its range. A field that nobody asked for is refused in the end: what is
 * not understood would be ignored otherwise. Not thread-safe.
 */
public final class RequestFields {
    private static final int DEPTH = 32;
    /** A document of nothing but brackets would take a hundred times its size. */
    private static final long MOST_TOKENS = 100_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final ObjectNode node;
    private final String place;
    private final Set<String> asked = new LinkedHashSet<>();

    private RequestFields(ObjectNode node, String place) {
        this.node = node;
        this.place = place;
    }

    /**
     * @param body a request's body
     * @return its fields
     * @throws HttpError with status 400 if it is no JSON object, or is nested too deeply
     */
    public static RequestFields of(byte[] body) {
        try {
            JsonNode root = JSON.readTree(body);
            if (root instanceof ObjectNode object) {
                return new RequestFields(object, "");
            }
        } catch (JsonProcessingException e) {
            throw new HttpError(400, "invalid_json", null, "The request's body is not JSON: " + JsonMessages.of(e));
        } catch (IOException | NumberFormatException e) {
            throw new HttpError(400, "invalid_json", null, "The request's body is not JSON.");
        }
        throw new HttpError(400, "invalid_json", null, "The request's body must be one JSON object.");
    }

    /** @return no fields */
    public static RequestFields none() {
        return new RequestFields(JsonNodeFactory.instance.objectNode(), "");
    }

    /**
     * @param node a JSON object in the request
     * @param place where it is
     * @return its fields
     * @throws HttpError with status 400 if it is none
     */
    public static RequestFields of(JsonNode node, String place) {
        if (node instanceof ObjectNode object) {
            return new RequestFields(object, place + ".");
        }
        throw HttpError.badField(place, "'" + place + "' must be a JSON object.");
    }

    /**
     * @param key a field
     * @return whether it is there and not null
     */
    public boolean has(String key) {
        asked.add(key);
        return node.hasNonNull(key);
    }

    /**
     * @param key a field
     * @return its value; null if it is not there, or null
     */
    public @Nullable JsonNode get(String key) {
        return has(key) ? node.get(key) : null;
    }

    /**
     * @param key a field
     * @return its text; null if it is not there
     */
    public @Nullable String text(String key) {
        JsonNode value = get(key);
        if (value != null && !value.isTextual()) {
            throw wrong(key, "must be a text");
        }
        return value == null ? null : value.textValue();
    }

    /**
     * @param key a field
     * @param otherwise its value if it is not there
     * @return whether it is true
     */
    public boolean flag(String key, boolean otherwise) {
        JsonNode value = get(key);
        if (value != null && !value.isBoolean()) {
            throw wrong(key, "must be true or false");
        }
        return value == null ? otherwise : value.booleanValue();
    }

    /**
     * @param key a field
     * @param least its least value
     * @param most its greatest value
     * @return its number; null if it is not there
     */
    public @Nullable Double number(String key, double least, double most) {
        JsonNode value = get(key);
        if (value == null) {
            return null;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw wrong(key, "must be a number from " + plain(least) + " to " + plain(most));
        }
        return number;
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15 ? Long.toString((long) number) : "" + number;
    }

    /**
     * @param key a field
     * @param least its least value
     * @param most its greatest value
     * @return its whole number; null if it is not there
     */
    public @Nullable Long integer(String key, long least, long most) {
        JsonNode value = get(key);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw wrong(key, "must be a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }

    /**
     * @param key a field that this server has no use for
     * @param harmless its values that change nothing
     * @param words what is missing, for the complaint
     */
    public void refuse(String key, Set<String> harmless, String words) {
        JsonNode value = get(key);
        if (value != null && !harmless.contains(value.isTextual() ? value.textValue() : value.toString())) {
            throw new HttpError(400, "unsupported_parameter", place + key, "'" + place + key + "': " + words);
        }
    }

    /** @throws HttpError with status 400 if there is a field that nobody has asked for */
    public void requireNoMore() {
        for (String key : (Iterable<String>) node::fieldNames) {
            if (!asked.contains(key)) {
                String shown = key.length() > 64 ? key.substring(0, 64) + "..." : key;
                throw new HttpError(
                        400,
                        "unknown_parameter",
                        place + shown,
                        "Unrecognized request argument supplied: '" + place + shown + "'. Near to it: "
                                + String.join(", ", NearNames.of(shown, List.copyOf(asked))) + ".");
            }
        }
    }

    /**
     * @param key a field
     * @param problem what is wrong with it
     * @return the complaint
     */
    public HttpError wrong(String key, String problem) {
        return HttpError.badField(place + key, "'" + place + key + "' " + problem + ".");
    }
}
