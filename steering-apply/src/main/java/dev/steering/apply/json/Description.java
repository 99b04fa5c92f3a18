package dev.steering.apply.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A method's settings as a JSON object, in the order in which they are put. */
public final class Description {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode node = JSON.createObjectNode();

    private Description() {}

    /**
     * @param method the method's name
     * @return its description, without settings
     */
    public static Description of(String method) {
        return new Description().put("method", method);
    }

    /**
     * @param key a setting
     * @param value its value, which Jackson can write; null for none
     * @return this
     */
    public Description put(String key, @Nullable Object value) {
        node.set(key, JSON.valueToTree(value));
        return this;
    }

    /** @return all of it on one line */
    public String toJson() {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
