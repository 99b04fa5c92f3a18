package dev.steering.bench.shape;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The sizes of a published model, as its {@code config.json} gives them. Immutable. */
public final class ModelShape {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode TABLE = table();

    private final String name;
    private final ObjectNode config;

    private ModelShape(String name, ObjectNode config) {
        this.name = name;
        this.config = config;
    }

    private static JsonNode table() {
        try (InputStream in = Objects.requireNonNull(ModelShape.class.getResourceAsStream("shapes.json"))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the names of all shapes */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        TABLE.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /**
     * @param name one of {@link #names}
     * @return its shape
     * @throws SteeringException if there is none
     */
    public static ModelShape named(String name) {
        if (!(TABLE.get(name) instanceof ObjectNode config)) {
            throw new BadRequest(
                    "There is no shape '" + name + "'. Expected one of " + String.join(", ", names()) + ".");
        }
        return new ModelShape(name, config);
    }

    /**
     * @param name a name of its own
     * @param config its {@code config.json}, with at least the keys that the published ones here have
     * @return that shape
     */
    static ModelShape of(String name, ObjectNode config) {
        return new ModelShape(name, config.deepCopy());
    }

    /** @return its name */
    public String name() {
        return name;
    }

    /** Its {@code config.json}. */
    ObjectNode config() {
        return config.deepCopy();
    }

    /**
     * How large a model of a shape is.
     *
     * @param architecture its {@code model_type}
     * @param parameters weights, tied ones counted once
     * @param layers its layers
     * @param hidden its hidden size
     * @param vocabulary tokens of its vocabulary
     * @param tied whether the vocabulary head is the embedding
     */
    public record Sizes(String architecture, long parameters, int layers, int hidden, int vocabulary, boolean tied) {}

    /** @return its sizes */
    public Sizes sizes() {
        return new Sizes(
                config.path("model_type").asText(),
                CheckpointTensor.all(config).stream()
                        .mapToLong(CheckpointTensor::elements)
                        .sum(),
                config.path("num_hidden_layers").asInt(),
                config.path("hidden_size").asInt(),
                config.path("vocab_size").asInt(),
                config.path("tie_word_embeddings").asBoolean());
    }

    /** @return a line for people */
    public String describe() {
        Sizes sizes = sizes();
        return String.format(
                Locale.ROOT,
                "%-16s %-8s %5.2f G parameters, %2d layers, hidden %4d, vocabulary %6d%s",
                name,
                sizes.architecture(),
                sizes.parameters() / 1e9,
                sizes.layers(),
                sizes.hidden(),
                sizes.vocabulary(),
                sizes.tied() ? ", tied" : "");
    }
}
