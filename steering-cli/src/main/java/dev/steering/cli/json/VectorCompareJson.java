package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.arithmetic.VectorComparison;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;

/** Vectors side by side. Stateless and thread-safe. */
public final class VectorCompareJson {
    private VectorCompareJson() {}

    /**
     * @param files where they are
     * @param vectors the vectors
     * @param comparison what they have in common
     * @param charts pictures that were drawn
     * @return the result of {@code steer vector compare}
     */
    public static ObjectNode of(
            List<Path> files, List<SteeringVector> vectors, VectorComparison comparison, List<Path> charts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode all = node.putArray("vectors");
        for (int v = 0; v < files.size(); v++) {
            SteeringVector vector = vectors.get(v);
            ObjectNode one = all.addObject()
                    .put("file", files.get(v).toString())
                    .put("method", vector.provenance().method())
                    .put("model", vector.provenance().modelName());
            one.set("norms", RecordJson.tree(comparison.norms().get(v)));
            List<LayerStatistics> statistics = vector.statistics();
            if (statistics != null) {
                one.set("statistics", RecordJson.tree(statistics));
            }
        }
        ArrayNode pairs = node.putArray("pairs");
        for (VectorComparison.Pair pair : comparison.pairs()) {
            ObjectNode both = pairs.addObject()
                    .put("first", files.get(pair.first()).toString())
                    .put("second", files.get(pair.second()).toString())
                    .put("mean_cosine", pair.mean());
            both.set("cosines", RecordJson.tree(pair.cosines()));
        }
        node.set("charts", RecordJson.tree(charts));
        return node;
    }
}
