package dev.steering.core.origin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonFields;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;

/** Where a vector came from, in the description of a vector file; written only where it came from another tool's file. */
public final class OriginJson {
    /** Key of the description. */
    public static final String KEY = "origin";

    private static final String USE = "use";
    private static final String LAYERS = "layers";
    private static final String STRENGTH = "strength";
    private static final String EVERY_POSITION = "every_position";

    private OriginJson() {}

    /**
     * @param node the key's object
     * @param origin what to put there
     */
    public static void put(ObjectNode node, VectorOrigin origin) {
        node.put("format", origin.format()).put("tool", origin.tool());
        origin.layers().forEach(node.putArray(LAYERS)::add);
        node.put("open", origin.open());
        ImpliedUse use = origin.use();
        if (use != null) {
            ObjectNode said = node.putObject(USE);
            use.layers().forEach(said.putArray(LAYERS)::add);
            said.put(STRENGTH, use.strength()).put(EVERY_POSITION, use.everyPosition());
        }
    }

    /**
     * @param json the key's object
     * @return what it says
     * @throws dev.steering.core.BadFile if something is missing or of another kind
     */
    public static VectorOrigin read(JsonFields json) {
        return new VectorOrigin(
                json.string("format"),
                json.string("tool"),
                json.integers(LAYERS),
                json.bool("open"),
                json.optional(
                        USE,
                        said -> new ImpliedUse(
                                said.integers(LAYERS), said.number(STRENGTH), said.bool(EVERY_POSITION))));
    }
}
