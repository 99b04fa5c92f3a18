package dev.steering.core.vector;

import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.lineage.DerivationJson;
import dev.steering.core.metrics.AucInterval;
import dev.steering.core.origin.OriginJson;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.reliability.ReliabilityJson;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.DirectionSearchJson;
import dev.steering.core.vector.SteeringVector.TransitionState;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the JSON document of a vector file of any version. Keys that it does not know are left alone. */
final class VectorJsonReader {
    /** Everything but the tensors. */
    record Description(
            int version,
            VectorScale scale,
            @Nullable List<LayerStatistics> statistics,
            @Nullable ExtractionPrompts prompts,
            Provenance provenance,
            @Nullable Anchoring anchoring,
            @Nullable Learning learning,
            @Nullable Derivation derivation,
            @Nullable DirectionSearch search,
            TransitionState state,
            @Nullable VectorOrigin origin,
            @Nullable Certificate certificate) {}

    private VectorJsonReader() {}

    static JsonDocument document(String file) {
        return JsonDocument.description(
                file, "steering vector", "Extract or copy it again.", "extract the vector with this one");
    }

    static Description read(String file, String json) {
        return document(file).read(json, VectorJsonWriter.VERSION, root -> {
            int version = root.integer("format_version");
            return version == 1 ? first(root) : description(version, root);
        });
    }

    /** Version 1: nothing is optional, prompts are there as they are, and nothing says what a strength multiplies. */
    private static Description first(JsonFields root) {
        return new Description(
                1,
                VectorScale.UNIT,
                root.objects("statistics", VectorJsonReader::statistics),
                root.object("contrast_set", set -> ExtractionPrompts.kept(contrastSet(set))),
                root.object("provenance", VectorJsonReader::provenance),
                root.orNull("anchoring", VectorJsonReader::anchoring),
                root.optional(VectorJsonWriter.LEARNING, LearningJson::read),
                root.optional(VectorJsonWriter.DERIVATION, DerivationJson::read),
                null,
                TransitionState.BLOCK_OUTPUT,
                null,
                null);
    }

    private static Description description(int version, JsonFields root) {
        return new Description(
                version,
                scale(root),
                root.has("statistics") ? root.objects("statistics", VectorJsonReader::statistics) : null,
                root.optional("contrast_set", VectorJsonReader::prompts),
                root.object("provenance", VectorJsonReader::provenance),
                root.optional("anchoring", VectorJsonReader::anchoring),
                root.optional(VectorJsonWriter.LEARNING, LearningJson::read),
                root.optional(VectorJsonWriter.DERIVATION, DerivationJson::read),
                root.optional(VectorJsonWriter.SEARCH, DirectionSearchJson::read),
                state(root),
                root.optional(OriginJson.KEY, OriginJson::read),
                root.optional(VectorJsonWriter.CERTIFICATE, CertificateJson::read));
    }

    static ExtractionPrompts prompts(JsonFields json) {
        return both(json)
                .withOverRefused(more(json, VectorJsonWriter.OVER_REFUSED))
                .withDevelopment(more(json, VectorJsonWriter.DEVELOPMENT));
    }

    private static TransitionState state(JsonFields root) {
        if (!root.has(VectorJsonWriter.TRANSITION_STATE)) {
            return TransitionState.BLOCK_OUTPUT;
        }
        String label = root.string(VectorJsonWriter.TRANSITION_STATE);
        for (TransitionState state : TransitionState.values()) {
            if (state.label().equals(label)) {
                return state;
            }
        }
        throw root.wrong(VectorJsonWriter.TRANSITION_STATE, "block-output or published", "'" + label + "'");
    }

    private static List<String> more(JsonFields json, String key) {
        return json.has(key) ? json.strings(key) : List.of();
    }

    private static ExtractionPrompts both(JsonFields json) {
        String stored = json.string("stored");
        return switch (stored) {
            case VectorJsonWriter.PROMPTS -> ExtractionPrompts.kept(contrastSet(json));
            case VectorJsonWriter.HASHES ->
                ExtractionPrompts.ofHashes(json.strings("harmful"), json.strings("harmless"));
            default ->
                throw json.wrong(
                        "stored", VectorJsonWriter.HASHES + " or " + VectorJsonWriter.PROMPTS, "'" + stored + "'");
        };
    }

    private static ContrastSet contrastSet(JsonFields json) {
        return new ContrastSet(json.strings("harmful"), json.strings("harmless"));
    }

    private static LayerStatistics statistics(JsonFields json) {
        return new LayerStatistics(
                json.integer("layer"),
                json.number("direction_norm"),
                json.number("activation_norm"),
                json.number("separability"),
                json.optional(VectorJsonWriter.RELIABILITY, ReliabilityJson::read));
    }

    static Provenance provenance(JsonFields json) {
        return new Provenance(
                ModelIdentityJson.read(json),
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
                json.object("calibration", VectorJsonReader::calibration),
                json.optional("operating_point", VectorJsonReader::operatingPoint),
                json.optional("evidence", VectorJsonReader::evidence));
    }

    private static LayerEvidence evidence(JsonFields json) {
        String basis = json.string("basis");
        for (LayerEvidence.Basis known : LayerEvidence.Basis.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(basis)) {
                return new LayerEvidence(known, json.has("chance") ? json.number("chance") : null);
            }
        }
        throw json.wrong("basis", "projection, separation or given", "'" + basis + "'");
    }

    private static OperatingPoint operatingPoint(JsonFields json) {
        return new OperatingPoint(
                json.string("rule"),
                json.string("judge"),
                json.number("harmful_weight"),
                json.object(
                        "grid",
                        grid -> new OperatingPoint.Grid(
                                grid.integerLists("layer_sets"), grid.numbers("alphas"), grid.integer("settings"))),
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
            throw json.wrong("expected", "comply or refuse", "'" + expected + "'");
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
        throw json.wrong("scale", "unit or raw", "'" + name + "'");
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
                json.numbers("layer_auc"),
                json.optional(
                        "auc_interval",
                        interval -> new AucInterval(
                                interval.number("low"),
                                interval.number("high"),
                                interval.number("chance"),
                                interval.integer("resamples"),
                                interval.longInteger("seed"))));
    }
}
