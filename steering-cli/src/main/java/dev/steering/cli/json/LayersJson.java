package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.extract.anchor.LayerEffect;
import dev.steering.extract.anchor.LayerValidation;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chosen layers and a calibrated threshold. Stateless and thread-safe. */
public final class LayersJson {
    private LayersJson() {}

    /**
     * @param file the vector file that holds them now
     * @param result what was chosen
     * @param validation what each layer does alone; null if that was not asked for
     * @return the result of {@code steer layers}
     */
    public static ObjectNode of(Path file, LayerAnchoring.Result result, LayerValidation.@Nullable Result validation) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("file", file.toString());
        node.set("safety_critical", RecordJson.tree(result.layers()));
        node.setAll(RecordJson.object(result.anchoring()));
        if (validation == null) {
            node.putNull("validation");
        } else {
            ObjectNode effects = RecordJson.object(validation);
            effects.set("layers", effects(validation.layers()));
            effects.set("segments", effects(validation.segments()));
            node.set("validation", effects);
        }
        return node;
    }

    private static ArrayNode effects(List<LayerEffect> effects) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        effects.forEach(effect -> array.add(RecordJson.object(effect).put("control", effect.control())));
        return array;
    }
}
