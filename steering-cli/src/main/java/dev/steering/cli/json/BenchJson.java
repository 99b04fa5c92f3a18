package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.bench.shape.ModelShape;

/** Shapes of models that can be timed; figures are written by the module bench itself. Stateless and thread-safe. */
public final class BenchJson {
    private BenchJson() {}

    /** @return the result of {@code steer bench --list-shapes} */
    public static ObjectNode shapes() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode shapes = node.putArray("shapes");
        for (String name : ModelShape.names()) {
            ObjectNode shape = shapes.addObject().put("name", name);
            shape.setAll(RecordJson.object(ModelShape.named(name).sizes()));
        }
        return node;
    }
}
