package dev.steering.gradient.tape;

import java.util.List;
import java.util.Map;

/**
 * An operator with one output.
 *
 * @param operator its type
 * @param attributes {@link Long}, {@link Float}, {@link String} or {@code long[]} by name
 * @param inputs names of values
 * @param output name of its value
 */
public record Node(String operator, Map<String, Object> attributes, List<String> inputs, String output) {
    public Node {
        attributes = Map.copyOf(attributes);
        inputs = List.copyOf(inputs);
    }

    public String input(int index) {
        return inputs.get(index);
    }

    public long number(String attribute, long otherwise) {
        return attributes.get(attribute) instanceof Long value ? value : otherwise;
    }

    public boolean flag(String attribute) {
        return number(attribute, 0) != 0;
    }

    public float real(String attribute, float otherwise) {
        return attributes.get(attribute) instanceof Float value ? value : otherwise;
    }

    public String text(String attribute, String otherwise) {
        return attributes.get(attribute) instanceof String value ? value : otherwise;
    }

    public long[] numbers(String attribute) {
        if (attributes.get(attribute) instanceof long[] values) {
            return values.clone();
        }
        throw new IllegalArgumentException(operator + " '" + output + "' has no " + attribute);
    }
}
