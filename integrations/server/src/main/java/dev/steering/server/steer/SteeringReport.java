package dev.steering.server.steer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Decision;
import dev.steering.server.steer.SteeringResolver.Resolved;
import dev.steering.server.vectors.StoredVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer says about its steering. */
public final class SteeringReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SteeringReport() {}

    /**
     * @param resolved what was done to the model; null for nothing
     * @param decisions what its gates decided about the question
     * @return the field {@code steering} of the answer
     */
    public static ObjectNode of(@Nullable Resolved resolved, List<Decision> decisions) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (resolved == null) {
            node.put("method", "default").putNull("vector").putArray("decisions");
            return node;
        }
        StoredVector vector = resolved.vector();
        node.put("method", resolved.method()).put("vector", vector == null ? null : vector.name());
        ArrayNode array = node.putArray("decisions");
        for (Decision decision : decisions) {
            array.addObject()
                    .put("score", decision.score())
                    .put("harmful", decision.harmful())
                    .put("sign", decision.sign());
        }
        node.put("words", resolved.prepared().words());
        try {
            node.set("settings", JSON.readTree(resolved.prepared().json()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        resolved.prepared().remarks().forEach(node.putArray("remarks")::add);
        return node;
    }
}
