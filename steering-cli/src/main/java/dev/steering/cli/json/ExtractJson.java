package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.DirectionSearchJson;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.ExtractionPart;
import java.nio.file.Path;
import java.util.List;

/** An extracted vector: what is known of each layer, not the directions themselves. Stateless and thread-safe. */
public final class ExtractJson {
    private ExtractJson() {}

    /**
     * @param file where it is
     * @param vector a vector whose directions were averaged
     * @return the result of {@code steer extract}
     */
    public static ObjectNode of(Path file, SteeringVector vector) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file.toString())
                .put("method", vector.provenance().method())
                .put("model", vector.provenance().modelName())
                .put("token_selector", vector.provenance().tokenSelector())
                .put("harmful", vector.requirePrompts().harmful().size())
                .put("harmless", vector.requirePrompts().harmless().size());
        node.set("layers", RecordJson.tree(vector.requireStatistics()));
        return node;
    }

    /**
     * @param file where it is
     * @param vector a vector whose one direction was searched for
     * @return the result of {@code steer extract --method surgical} and {@code --method refusal-direction}
     */
    public static ObjectNode searched(Path file, SteeringVector vector) {
        DirectionSearch search = vector.search();
        if (search == null) {
            throw new IllegalArgumentException("nothing was searched for");
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file.toString())
                .put("method", vector.provenance().method())
                .put("model", vector.provenance().modelName())
                .put("token_selector", vector.provenance().tokenSelector());
        DirectionSearchJson.put(node.putObject("search"), search);
        return node;
    }

    /**
     * @param file where it is
     * @param part a part of an extraction
     * @return the result of {@code steer extract --shard}
     */
    public static ObjectNode part(Path file, ExtractionPart part) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file.toString())
                .put("shard", part.shard().toString())
                .put("method", part.estimator().label())
                .put("model", part.provenance().modelName())
                .put("token_selector", part.provenance().tokenSelector())
                .put("harmful", part.moments().count(true))
                .put("harmless", part.moments().count(false));
        return node;
    }

    /**
     * @param file where it is
     * @param vector a vector whose directions were learned
     * @param seconds time it took
     * @param charts pictures that were drawn
     * @return the result of {@code steer extract --method optimized}
     */
    public static ObjectNode learned(Path file, SteeringVector vector, double seconds, List<Path> charts) {
        Learning learning = vector.learning();
        if (learning == null) {
            throw new IllegalArgumentException("nothing was learned");
        }
        ObjectNode node = of(file, vector);
        ObjectNode learned = RecordJson.object(learning);
        ArrayNode layers = learned.putArray("layers");
        for (Learning.Layer layer : learning.layers()) {
            layers.add(RecordJson.object(layer)
                    .put("norm", vector.directions().norm(layer.layer()))
                    .put("learned_loss", layer.learnedLoss()));
        }
        learned.put("best_layer", learning.best().layer());
        node.set("learning", learned);
        node.put("seconds", seconds).set("charts", RecordJson.tree(charts));
        return node;
    }
}
