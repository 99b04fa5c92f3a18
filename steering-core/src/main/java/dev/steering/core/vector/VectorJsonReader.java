package dev.steering.core.vector;

import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the JSON document of a vector file, version 1. Keys that it does not know are left alone. */
final class VectorJsonReader {
    /** Everything but the tensors. */
    record Description(
            List<LayerStatistics> statistics,
            ContrastSet contrastSet,
            Provenance provenance,
            @Nullable Anchoring anchoring,
            @Nullable Learning learning) {}

    private VectorJsonReader() {}

    static JsonDocument document(String file) {
        return new JsonDocument(
                file, "steering vector", "Extract or copy it again.", "extract the vector with this one");
    }

    static Description read(String file, String json) {
        JsonFields root = document(file).read(json, VectorJsonWriter.VERSION);
        JsonFields contrastSet = root.object("contrast_set");
        return new Description(
                root.objects("statistics", VectorJsonReader::statistics),
                new ContrastSet(contrastSet.strings("harmful"), contrastSet.strings("harmless")),
                provenance(root.object("provenance")),
                root.orNull("anchoring", VectorJsonReader::anchoring),
                root.optional(VectorJsonWriter.LEARNING, LearningJson::read));
    }

    private static LayerStatistics statistics(JsonFields json) {
        return new LayerStatistics(
                json.integer("layer"),
                json.number("direction_norm"),
                json.number("activation_norm"),
                json.number("separability"));
    }

    private static Provenance provenance(JsonFields json) {
        return new Provenance(
                json.string("model_fingerprint"),
                json.string("model_name"),
                json.string("contrast_set_hash"),
                json.string("method"),
                json.string("token_selector"),
                json.string("site"),
                json.string("operation"),
                json.string("template"),
                json.longInteger("seed"),
                json.stringMap("versions"));
    }

    private static Anchoring anchoring(JsonFields json) {
        return new Anchoring(
                json.integer("top_k"),
                json.strings("refusal_tokens"),
                json.objects("layers", VectorJsonReader::projection),
                json.objects("segments", VectorJsonReader::projection),
                json.integers("steering_layers"),
                json.number("alpha"),
                scale(json),
                calibration(json.object("calibration")),
                json.optional("operating_point", VectorJsonReader::operatingPoint));
    }

    private static OperatingPoint operatingPoint(JsonFields json) {
        JsonFields grid = json.object("grid");
        return new OperatingPoint(
                json.string("rule"),
                json.string("judge"),
                json.number("harmful_weight"),
                new OperatingPoint.Grid(
                        grid.integerLists("layer_sets"), grid.numbers("alphas"), grid.integer("settings")),
                json.number("cost"),
                json.number("best_cost"),
                json.number("standard_error"),
                json.has("divergence") ? json.number("divergence") : null,
                json.objects("development", VectorJsonReader::figures),
                json.objects("test", VectorJsonReader::figures));
    }

    private static OperatingPoint.SetFigures figures(JsonFields json) {
        String expected = json.string("expected");
        if (!expected.equals(VectorJsonWriter.REFUSE) && !expected.equals(VectorJsonWriter.COMPLY)) {
            throw json.damaged("its description's '" + json.path("expected") + "' must be comply or refuse, found '"
                    + expected + "'");
        }
        return new OperatingPoint.SetFigures(
                json.string("set"),
                expected.equals(VectorJsonWriter.REFUSE),
                json.integer("prompts"),
                json.integer("unsteered_refused"),
                json.integer("refused"));
    }

    private static VectorScale scale(JsonFields json) {
        String name = json.string("scale");
        for (VectorScale scale : VectorScale.values()) {
            if (scale.name().toLowerCase(Locale.ROOT).equals(name)) {
                return scale;
            }
        }
        throw json.damaged("its description's '" + json.path("scale") + "' must be unit or raw, found '" + name + "'");
    }

    private static Projection projection(JsonFields json) {
        return new Projection(
                json.integer("first_layer"),
                json.integer("last_layer"),
                json.number("refusal_score"),
                json.objects(
                        "top_tokens",
                        token -> new Projection.TokenScore(
                                token.integer("id"),
                                token.string("text"),
                                token.number("score"),
                                token.bool("refusal"))));
    }

    private static Calibration calibration(JsonFields json) {
        return new Calibration(
                json.string("source"),
                json.integer("harmful"),
                json.integer("harmless"),
                json.integers("classifier_layers"),
                json.number("threshold"),
                json.number("auc"),
                json.number("harmful_found"),
                json.number("harmless_passed"),
                json.numbers("layer_auc"));
    }
}
