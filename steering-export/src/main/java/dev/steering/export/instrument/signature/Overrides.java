package dev.steering.export.instrument.signature;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user says about a graph where the rules fail: a JSON file.
 *
 * <pre>{@code {"points": ["embedded", "layer.0.output", ...], "inputs": {"x": "attention_mask"}, "logits": "y",
 * "padding": "right", "key_value_heads": 8, "head_size": 64}}</pre>
 *
 * @param points tensors (or names of skip-norm nodes) in order, layers + 1; empty to find them
 * @param inputs roles of inputs by name
 * @param logits the output with logits; null to find it
 * @param padding where short rows are filled up; null to find it by trying
 * @param keyValueHeads heads of the cache; null to find it
 * @param headSize size of one; null to find it
 */
public record Overrides(
        List<String> points,
        Map<String, Role> inputs,
        @Nullable String logits,
        @Nullable Padding padding,
        @Nullable Integer keyValueHeads,
        @Nullable Integer headSize) {
    private static final Set<String> KEYS =
            Set.of("points", "inputs", "logits", "padding", "key_value_heads", "head_size");

    public Overrides {
        points = List.copyOf(points);
        inputs = Map.copyOf(inputs);
    }

    /** @return nothing is given, everything is found */
    public static Overrides none() {
        return new Overrides(List.of(), Map.of(), null, null, null, null);
    }

    /**
     * @param file a JSON file
     * @return what it says
     * @throws SteeringException if it is not as described above
     */
    public static Overrides read(Path file) {
        try {
            JsonNode root = StrictJson.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
            if (!root.isObject()) {
                throw new BadFile(file + " is not a JSON object such as {\"points\": [\"name\", ...]}.");
            }
            for (Iterator<String> keys = root.fieldNames(); keys.hasNext(); ) {
                String key = keys.next();
                if (!KEYS.contains(key)) {
                    throw new BadFile(file + " has the unknown key '" + key + "'; known are "
                            + KEYS.stream().sorted().toList() + ".");
                }
            }
            return new Overrides(
                    names(file, root.path("points")),
                    roles(file, root.path("inputs")),
                    root.hasNonNull("logits") ? root.get("logits").asText() : null,
                    root.hasNonNull("padding") ? constant(file, Padding.class, root.get("padding")) : null,
                    number(file, root, "key_value_heads"),
                    number(file, root, "head_size"));
        } catch (JsonProcessingException e) {
            throw new BadFile(file + " is not valid JSON: " + JsonMessages.of(e), e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e) + ".", e);
        }
    }

    private static List<String> names(Path file, JsonNode node) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : node) {
            if (!name.isTextual()) {
                throw new BadFile(file + ": expected points to be a list of names, found " + name + ".");
            }
            names.add(name.asText());
        }
        if (names.size() == 1 || (names.isEmpty() && !node.isMissingNode())) {
            throw new BadFile(file + ": expected at least two points (the embedding output and the output of every"
                    + " layer), found " + names.size() + ".");
        }
        return names;
    }

    private static Map<String, Role> roles(Path file, JsonNode node) {
        Map<String, Role> roles = new LinkedHashMap<>();
        node.properties().forEach(entry -> roles.put(entry.getKey(), constant(file, Role.class, entry.getValue())));
        return roles;
    }

    private static <E extends Enum<E>> E constant(Path file, Class<E> type, JsonNode node) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(node.asText().toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw new BadFile(file + ": '" + node.asText() + "' is none of "
                + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT) + ".");
    }

    private static @Nullable Integer number(Path file, JsonNode root, String key) {
        if (!root.hasNonNull(key)) {
            return null;
        }
        if (!root.get(key).isInt() || root.get(key).asInt() < 1) {
            throw new BadFile(file + ": expected " + key + " to be a positive integer, found " + root.get(key) + ".");
        }
        return root.get(key).asInt();
    }
}
