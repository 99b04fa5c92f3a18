package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;

/** A vector that was made of others. Stateless and thread-safe. */
public final class VectorOperationJson {
    private VectorOperationJson() {}

    /**
     * @param file where it is
     * @param parents where its parents are, in order
     * @param vector what was made
     * @return the result of the commands of {@code steer vector} that write one
     */
    public static ObjectNode of(Path file, List<Path> parents, SteeringVector vector) {
        Derivation derivation = vector.derivation();
        if (derivation == null) {
            throw new IllegalArgumentException("it was not made of others");
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file.toString()).put("scale", derivation.scale());
        ArrayNode kept = node.putArray("kept_layers");
        derivation.layers().forEach(kept::add);
        ArrayNode named = node.putArray("parents");
        for (int p = 0; p < parents.size(); p++) {
            ObjectNode parent = RecordJson.object(derivation.parents().get(p));
            named.addObject().put("file", parents.get(p).toString()).setAll(parent);
        }
        ArrayNode layers = node.putArray("layers");
        for (int l = 0; l < vector.layers(); l++) {
            layers.addObject().put("layer", l).put("norm", vector.directions().norm(l));
        }
        return node;
    }
}
