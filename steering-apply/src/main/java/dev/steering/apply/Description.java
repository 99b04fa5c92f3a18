package dev.steering.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A method's settings as a JSON object, in the order in which they are put. */
final class Description {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode node = JSON.createObjectNode();

    private Description() {}

    static Description of(MethodName method) {
        return new Description().put("method", method.toString());
    }

    Description put(String key, @Nullable Object value) {
        node.set(key, JSON.valueToTree(value));
        return this;
    }

    Description put(String key, AddedPrompt prompt) {
        return put(
                key,
                new TreeMap<>(Map.of(
                        "text", prompt.text(), "placement", prompt.placement().toString())));
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
