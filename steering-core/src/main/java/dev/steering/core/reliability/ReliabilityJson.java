package dev.steering.core.reliability;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.json.JsonFields;

/** A {@link LayerReliability} as a part of a JSON document. Stateless and thread-safe. */
public final class ReliabilityJson {
    private ReliabilityJson() {}

    /**
     * @param node where its keys go
     * @param measured what to write
     * @throws BadRequest if a number is not finite
     */
    public static void put(ObjectNode node, LayerReliability measured) {
        node.put("resamples", measured.resamples());
        put(node.putObject("resampled"), measured.resampled());
        put(node.putObject("cosine"), measured.cosine());
        put(node, "split_half", measured.splitHalf());
        put(node, "auc", measured.auc());
        put(node, "cohens_d", measured.cohensD());
        put(node, "explained_variance", measured.explainedVariance());
        ArrayNode stability = node.putArray("stability");
        for (LayerReliability.Share share : measured.stability()) {
            ObjectNode entry = stability.addObject();
            put(entry, "share", share.share());
            put(entry, "cosine", share.cosine());
        }
        LayerReliability.Control control = measured.control();
        ObjectNode permuted = node.putObject("control").put("permutations", control.permutations());
        put(permuted, "observed", control.observed());
        put(permuted, "mean", control.mean());
        put(permuted, "high", control.high());
        put(permuted, "chance", control.chance());
        LayerReliability.Measures measures = measured.measures();
        if (measures != null) {
            ObjectNode intervals = node.putObject("measures");
            put(intervals.putObject("norm"), measures.norm());
            put(intervals.putObject("separability"), measures.separability());
            put(intervals.putObject("auc"), measures.auc());
            put(intervals.putObject("cohens_d"), measures.cohensD());
        }
    }

    private static void put(ObjectNode node, LayerReliability.Band band) {
        put(node, "low", band.low());
        put(node, "high", band.high());
    }

    private static void put(ObjectNode node, String key, double value) {
        if (!Double.isFinite(value)) {
            throw new BadRequest("cannot save the steering vector: its " + key + " is " + value
                    + ", expected a finite number. The model's activations overflowed, or a measurement is missing.");
        }
        node.put(key, value);
    }

    /**
     * @param json the object
     * @return what it says
     * @throws dev.steering.core.BadFile if something is missing or is not what it should be
     */
    public static LayerReliability read(JsonFields json) {
        return new LayerReliability(
                json.integer("resamples"),
                json.object("resampled", ReliabilityJson::band),
                json.object("cosine", ReliabilityJson::band),
                json.number("split_half"),
                json.number("auc"),
                json.number("cohens_d"),
                json.number("explained_variance"),
                json.objects(
                        "stability",
                        share -> new LayerReliability.Share(share.number("share"), share.number("cosine"))),
                json.object(
                        "control",
                        control -> new LayerReliability.Control(
                                control.integer("permutations"),
                                control.number("observed"),
                                control.number("mean"),
                                control.number("high"),
                                control.number("chance"))),
                json.<LayerReliability.Measures>optional(
                        "measures",
                        measures -> new LayerReliability.Measures(
                                measures.object("norm", ReliabilityJson::band),
                                measures.object("separability", ReliabilityJson::band),
                                measures.object("auc", ReliabilityJson::band),
                                measures.object("cohens_d", ReliabilityJson::band))));
    }

    private static LayerReliability.Band band(JsonFields json) {
        return new LayerReliability.Band(json.number("low"), json.number("high"));
    }
}
