package dev.steering.core.vector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.lineage.DerivationJson;
import dev.steering.core.metrics.AucInterval;
import dev.steering.core.origin.OriginJson;
import dev.steering.core.reliability.ReliabilityJson;
import dev.steering.core.search.DirectionSearchJson;
import dev.steering.core.vector.SteeringVector.TransitionState;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Turns everything but the tensors into the JSON document of a vector file; the same value gives the same text. */
final class VectorJsonWriter {
    static final int VERSION = 2;

    /** Keys of the harmful prompts, which a model should refuse, and of the harmless ones, with which it should comply. */
    static final String REFUSE = "refuse";

    static final String COMPLY = "comply";

    /** Key of how directions were learned; written only where they were. */
    static final String LEARNING = "learning";

    /** Key of what the vector was measured to do; written only where it was. */
    static final String CERTIFICATE = "certificate";

    /** Key of how a direction was chosen among token positions and layers; written only where it was. */
    static final String SEARCH = "search";

    /** Key of where the last layer is read for transitions; written only where it is not its output. */
    static final String TRANSITION_STATE = "transition_state";

    /** Keys of prompts beside the two classes; written only where there are any. */
    static final String OVER_REFUSED = "over_refused";

    static final String DEVELOPMENT = "development";

    /** Key of how a vector was made of others; written only where it was. */
    static final String DERIVATION = "derivation";

    /** Key of how sure one can be of a layer's direction; written only where it is known. */
    static final String RELIABILITY = "reliability";

    /** How prompts are stored. */
    static final String HASHES = "sha256";

    static final String PROMPTS = "prompts";

    static final String CONVENTION =
            "Row l of the tensors belongs to layer l, the 0-based decoder block l. The direction "
                    + "is to be added to that block's output: the residual stream behind the block, before the final norm. "
                    + "Rows of directions keep the norm that extraction gave them; a strength multiplies the row, or the row "
                    + "divided by its norm when the scale is unit.";

    private VectorJsonWriter() {}

    static String write(SteeringVector vector) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format_version", VERSION);
        root.put("convention", CONVENTION);
        root.put("scale", name(vector.ownScale()));
        List<LayerStatistics> measured = vector.statistics();
        if (measured != null) {
            ArrayNode statistics = root.putArray("statistics");
            measured.forEach(s -> putStatistics(statistics.addObject(), s));
        }
        if (vector.prompts() != null) {
            putPrompts(root.putObject("contrast_set"), vector.prompts());
        }
        putProvenance(root.putObject("provenance"), vector.provenance());
        if (vector.anchoring() != null) {
            putAnchoring(root.putObject("anchoring"), vector.anchoring());
        }
        if (vector.learning() != null) {
            LearningJson.put(root.putObject(LEARNING), vector.learning());
        }
        if (vector.transitionState() != TransitionState.BLOCK_OUTPUT) {
            root.put(TRANSITION_STATE, vector.transitionState().label());
        }
        if (vector.certificate() != null) {
            root.set(CERTIFICATE, CertificateJson.write(vector.certificate()));
        }
        if (vector.search() != null) {
            DirectionSearchJson.put(root.putObject(SEARCH), vector.search());
        }
        if (vector.derivation() != null) {
            DerivationJson.put(root.putObject(DERIVATION), vector.derivation());
        }
        if (vector.origin() != null) {
            OriginJson.put(root.putObject(OriginJson.KEY), vector.origin());
        }
        return JsonDocument.write(root);
    }

    static void putPrompts(ObjectNode node, ExtractionPrompts prompts) {
        ContrastSet kept = prompts.kept();
        node.put("stored", kept == null ? HASHES : PROMPTS);
        putStrings(node, "harmful", kept == null ? prompts.harmful() : kept.harmful());
        putStrings(node, "harmless", kept == null ? prompts.harmless() : kept.harmless());
        if (!prompts.overRefused().isEmpty()) {
            putStrings(node, OVER_REFUSED, prompts.overRefused());
        }
        if (!prompts.development().isEmpty()) {
            putStrings(node, DEVELOPMENT, prompts.development());
        }
    }

    private static String name(VectorScale scale) {
        return scale.name().toLowerCase(Locale.ROOT);
    }

    private static void putStatistics(ObjectNode node, LayerStatistics s) {
        node.put("layer", s.layer());
        putNumber(node, "direction_norm", s.directionNorm());
        putNumber(node, "activation_norm", s.activationNorm());
        putNumber(node, "separability", s.separability());
        if (s.reliability() != null) {
            ReliabilityJson.put(node.putObject(RELIABILITY), s.reliability());
        }
    }

    static void putProvenance(ObjectNode node, Provenance p) {
        ModelIdentityJson.putFingerprint(node, p.model());
        node.put("model_name", p.modelName());
        node.put("contrast_set_hash", p.contrastSetHash());
        node.put("method", p.method());
        node.put("token_selector", p.tokenSelector());
        node.put("site", p.site());
        node.put("operation", p.operation());
        node.put("template", p.template());
        node.put("seed", p.seed());
        ObjectNode versions = node.putObject("versions");
        p.versions().forEach(versions::put);
        ModelIdentityJson.put(node, p.model());
    }

    private static void putAnchoring(ObjectNode node, Anchoring a) {
        node.put("top_k", a.topK());
        putStrings(node, "refusal_tokens", a.refusalTokens());
        ArrayNode layers = node.putArray("layers");
        a.layers().forEach(p -> putProjection(layers.addObject(), p));
        ArrayNode segments = node.putArray("segments");
        a.segments().forEach(p -> putProjection(segments.addObject(), p));
        putIntegers(node, "steering_layers", a.steeringLayers());
        putNumber(node, "alpha", a.alpha());
        node.put("scale", name(a.scale()));
        LayerEvidence evidence = a.evidence();
        if (evidence != null) {
            ObjectNode chosen = node.putObject("evidence")
                    .put("basis", evidence.basis().name().toLowerCase(Locale.ROOT));
            Double chance = evidence.chance();
            if (chance != null) {
                putNumber(chosen, "chance", chance);
            }
        }
        putCalibration(node.putObject("calibration"), a.calibration());
        OperatingPoint point = a.operatingPoint();
        if (point != null) {
            putOperatingPoint(node.putObject("operating_point"), point);
        }
    }

    private static void putOperatingPoint(ObjectNode node, OperatingPoint point) {
        node.put("rule", point.rule());
        node.put("judge", point.judge());
        putNumber(node, "harmful_weight", point.harmfulWeight());
        ObjectNode grid = node.putObject("grid");
        ArrayNode layerSets = grid.putArray("layer_sets");
        point.grid().layerSets().forEach(layers -> layers.forEach(layerSets.addArray()::add));
        ArrayNode alphas = grid.putArray("alphas");
        point.grid().alphas().forEach(alpha -> alphas.add(finite("alphas", alpha)));
        grid.put("settings", point.grid().settings());
        putNumber(node, "cost", point.cost());
        putNumber(node, "best_cost", point.bestCost());
        putNumber(node, "standard_error", point.standardError());
        Double divergence = point.divergence();
        if (divergence == null) {
            node.putNull("divergence");
        } else {
            putNumber(node, "divergence", divergence);
        }
        putFigures(node.putArray("development"), point.development());
        putFigures(node.putArray("test"), point.test());
    }

    private static void putFigures(ArrayNode array, List<OperatingPoint.SetFigures> figures) {
        for (OperatingPoint.SetFigures f : figures) {
            array.addObject()
                    .put("set", f.set())
                    .put("expected", f.shouldRefuse() ? REFUSE : COMPLY)
                    .put("prompts", f.prompts())
                    .put("unsteered_refused", f.unsteered())
                    .put("refused", f.steered());
        }
    }

    private static void putProjection(ObjectNode node, Projection p) {
        node.put("first_layer", p.firstLayer());
        node.put("last_layer", p.lastLayer());
        putNumber(node, "refusal_score", p.refusalScore());
        ArrayNode tokens = node.putArray("top_tokens");
        for (Projection.TokenScore t : p.topTokens()) {
            ObjectNode token = tokens.addObject();
            token.put("id", t.id());
            token.put("text", t.text());
            putNumber(token, "score", t.score());
            token.put("refusal", t.refusal());
        }
    }

    private static void putCalibration(ObjectNode node, Calibration c) {
        node.put("source", c.source());
        node.put("harmful", c.harmful());
        node.put("harmless", c.harmless());
        putIntegers(node, "classifier_layers", c.classifierLayers());
        putNumber(node, "threshold", c.threshold());
        putNumber(node, "auc", c.auc());
        putNumber(node, "harmful_found", c.harmfulFound());
        putNumber(node, "harmless_passed", c.harmlessPassed());
        ArrayNode layerAuc = node.putArray("layer_auc");
        c.layerAuc().forEach(auc -> layerAuc.add(finite("layer_auc", auc)));
        AucInterval interval = c.interval();
        if (interval != null) {
            ObjectNode bootstrap = node.putObject("auc_interval");
            putNumber(bootstrap, "low", interval.low());
            putNumber(bootstrap, "high", interval.high());
            putNumber(bootstrap, "chance", interval.chance());
            bootstrap.put("resamples", interval.resamples()).put("seed", interval.seed());
        }
    }

    private static void putStrings(ObjectNode node, String key, Collection<String> values) {
        ArrayNode array = node.putArray(key);
        values.forEach(array::add);
    }

    private static void putIntegers(ObjectNode node, String key, Collection<Integer> values) {
        ArrayNode array = node.putArray(key);
        values.forEach(array::add);
    }

    static void putNumber(ObjectNode node, String key, double value) {
        node.put(key, finite(key, value));
    }

    private static double finite(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new BadRequest("cannot save the steering vector: its " + key + " is " + value
                    + ", expected a finite number. The model's activations overflowed, or a measurement is missing.");
        }
        return value;
    }
}
