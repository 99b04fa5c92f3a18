package dev.steering.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.core.json.JsonDocument;
import dev.steering.server.http.HttpError;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.vectors.StoredVector;
import dev.steering.server.vectors.StoredVectorJson;
import dev.steering.server.vectors.VectorStore;

/** Vectors and methods that requests can name. */
final class VectorEndpoint {
    private final VectorStore vectors;

    VectorEndpoint(VectorStore vectors) {
        this.vectors = vectors;
    }

    void list(HttpExchange exchange) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = root.putArray("data");
        vectors.all().forEach(vector -> data.add(StoredVectorJson.brief(vector)));
        exchange.sendJson(200, JsonDocument.write(root));
    }

    void inspect(HttpExchange exchange) {
        StoredVector vector = vectors.get(exchange.pathValue("name"));
        exchange.sendJson(200, JsonDocument.write(StoredVectorJson.whole(vector)));
    }

    void add(HttpExchange exchange) {
        String name = exchange.query("name");
        if (name == null) {
            throw HttpError.badField("name", "The query must name the vector: ?name=NAME.");
        }
        put(exchange, name, false);
    }

    void replace(HttpExchange exchange) {
        put(exchange, exchange.pathValue("name"), true);
    }

    private void put(HttpExchange exchange, String name, boolean replace) {
        StoredVector added = vectors.put(name, exchange.body(), replace);
        exchange.note("vector", added.name());
        exchange.sendJson(201, JsonDocument.write(StoredVectorJson.whole(added)));
    }

    void delete(HttpExchange exchange) {
        String name = exchange.pathValue("name");
        vectors.delete(name);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", name).put("object", "steering.vector").put("deleted", true);
        exchange.sendJson(200, JsonDocument.write(node));
    }

    void methods(HttpExchange exchange) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = root.putArray("data");
        for (MethodDefinition method : MethodRegistry.all()) {
            ObjectNode node = data.addObject()
                    .put("id", method.name())
                    .put("object", "steering.method")
                    .put("words", method.words())
                    .put("needs_vector", method.needsVector())
                    .put("has_strength", method.strength() != null);
            ArrayNode options = node.putArray("options");
            for (MethodOption<?> option : method.options()) {
                options.addObject().put("name", option.name()).put("words", option.words());
            }
        }
        exchange.sendJson(200, JsonDocument.write(root));
    }
}
