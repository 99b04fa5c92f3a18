package dev.steering.core.vector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonFields;
import dev.steering.core.tuning.TuningJson;

/** How directions were learned, as a part of a vector file's JSON document. */
final class LearningJson {
    private LearningJson() {}

    static void put(ObjectNode node, Learning learning) {
        node.put("anchor_set_hash", learning.anchorSetHash());
        ObjectNode anchors = node.putObject("anchors");
        learning.anchors().forEach(anchors::put);
        node.put("start", learning.start());
        ObjectNode settings = node.putObject("settings");
        learning.settings().forEach((name, value) -> VectorJsonWriter.putNumber(settings, name, value));
        TuningJson.putCost(node.putObject("cost"), learning.cost());
        ArrayNode layers = node.putArray("layers");
        for (Learning.Layer layer : learning.layers()) {
            ObjectNode entry = layers.addObject().put("layer", layer.layer());
            TuningJson.putCurve(entry, layer.curve());
            VectorJsonWriter.putNumber(entry, "unsteered_loss", layer.unsteeredLoss());
            VectorJsonWriter.putNumber(entry, "mean_difference_loss", layer.meanDifferenceLoss());
            VectorJsonWriter.putNumber(entry, "cosine", layer.cosine());
        }
    }

    static Learning read(JsonFields json) {
        return new Learning(
                json.string("anchor_set_hash"),
                json.map("anchors", JsonFields::integer),
                json.string("start"),
                json.map("settings", JsonFields::number),
                json.object("cost", TuningJson::cost),
                json.objects("layers", LearningJson::layer));
    }

    private static Learning.Layer layer(JsonFields json) {
        return new Learning.Layer(
                json.integer("layer"),
                TuningJson.curve(json),
                json.number("unsteered_loss"),
                json.number("mean_difference_loss"),
                json.number("cosine"));
    }
}
