package dev.steering.core.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonFields;

/** A {@link Derivation} as a part of a JSON document. Stateless and thread-safe. */
public final class DerivationJson {
    private DerivationJson() {}

    /**
     * @param node where its keys go
     * @param derivation what to write
     */
    public static void put(ObjectNode node, Derivation derivation) {
        node.put("operation", derivation.operation()).put("scale", derivation.scale());
        derivation.layers().forEach(node.putArray("layers")::add);
        ArrayNode parents = node.putArray("parents");
        for (Derivation.Parent parent : derivation.parents()) {
            parents.addObject()
                    .put("directions", parent.directions())
                    .put("method", parent.method())
                    .put("model_name", parent.modelName())
                    .put("contrast_set_hash", parent.contrastSetHash())
                    .put("weight", parent.weight());
        }
    }

    /**
     * @param json the object
     * @return what it says
     * @throws dev.steering.core.BadFile if something is missing or is not what it should be
     */
    public static Derivation read(JsonFields json) {
        if (json.objects("parents", parent -> parent).isEmpty()) {
            throw json.wrong("parents", "at least one vector", "none");
        }
        return new Derivation(
                json.string("operation"),
                json.string("scale"),
                json.integers("layers"),
                json.objects("parents", DerivationJson::parent));
    }

    private static Derivation.Parent parent(JsonFields json) {
        return new Derivation.Parent(
                json.string("directions"),
                json.string("method"),
                json.string("model_name"),
                json.string("contrast_set_hash"),
                json.number("weight"));
    }
}
