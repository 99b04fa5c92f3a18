package dev.steering.cli.inspect;

import dev.steering.apply.plan.Layers;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateText;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerEvidence;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.ModelIdentity;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.VectorQuality;
import dev.steering.export.inspect.VectorInspection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A steering vector as lines. */
final class VectorText {
    private static final int SHOWN_DIGITS = 12;

    private final FactLines lines;

    VectorText(FactLines lines) {
        this.lines = lines;
    }

    void print(VectorInspection vector) {
        Provenance origin = vector.provenance();
        lines.line("vector", vector.path().toString());
        lines.line("sizes", sizes(vector));
        String fingerprint = origin.modelFingerprint();
        lines.line("of model", origin.modelName() + (fingerprint == null ? "" : ", fingerprint " + fingerprint));
        lines.line("is checked", checked(origin.model()));
        lines.line(
                "extracted",
                origin.method()
                        + (vector.prompts() == VectorInspection.Stored.NOTHING
                                ? ""
                                : " of " + vector.harmful() + " harmful and " + vector.harmless() + " harmless prompts")
                        + (isSilent(vector)
                                ? "; of which prompts, token, template and seed is not recorded"
                                : ", token " + origin.tokenSelector() + ", template " + origin.template() + ", seed "
                                        + origin.seed()));
        lines.line("prompts", stored(vector.prompts()));
        lines.line(
                "applies to",
                origin.site() + ", by " + origin.operation() + ", strengths multiply " + vector.scale()
                        + " directions");
        if (!vector.transitionReference()) {
            lines.line("classifier", "none: no transition reference");
        }
        if (!vector.statistics().isEmpty()) {
            statistic("norms", vector, LayerStatistics::directionNorm);
            statistic("of activity", vector, LayerStatistics::activationNorm);
            statistic("relative", vector, LayerStatistics::relativeNorm);
            statistic("separability", vector, LayerStatistics::separability);
            reliability(vector.statistics());
        }
        if (vector.derivation() != null) {
            derivation(vector.derivation());
        }
        if (vector.learning() != null) {
            learning(vector.layers(), vector.learning());
        }
        if (vector.search() != null) {
            search(vector.search());
        }
        VectorInspection.Anchored anchoring = vector.anchoring();
        if (anchoring == null) {
            lines.line("layers", "not chosen yet");
        } else {
            anchoring(anchoring);
        }
        VectorOrigin from = vector.origin();
        if (from != null) {
            lines.line("came from", from(from));
        }
        certificate(vector);
        vector.remarks().forEach(remark -> lines.line("warning", remark));
        lines.line(
                "made by",
                origin.versions().isEmpty()
                        ? "not recorded"
                        : origin.versions().entrySet().stream()
                                .map(version -> version.getKey() + " " + version.getValue())
                                .collect(Collectors.joining(", ")));
    }

    /** Another tool's file says nothing of how its directions were made. */
    private static boolean isSilent(VectorInspection vector) {
        return vector.origin() != null
                && vector.prompts() == VectorInspection.Stored.NOTHING
                && vector.provenance().versions().isEmpty();
    }

    private static String sizes(VectorInspection vector) {
        VectorOrigin from = vector.origin();
        boolean one = vector.layers() == 1;
        return (from != null && from.open()
                        ? "hidden " + vector.hidden() + "; how many layers the model has is not recorded"
                        : vector.layers() + (one ? " layer" : " layers") + ", hidden " + vector.hidden())
                + ", raw directions" + (vector.statistics().isEmpty() ? "" : " (norms below)");
    }

    private static String from(VectorOrigin origin) {
        ImpliedUse use = origin.use();
        return "a file of the format " + origin.format() + ", tool " + origin.tool() + ", with directions for layers "
                + VectorOrigin.words(origin.layers())
                + (use == null
                        ? ""
                        : "; applied there " + (use.everyPosition() ? "at every position " : "") + "with strength "
                                + use.strength());
    }

    private void certificate(VectorInspection vector) {
        Certificate certificate = vector.certificate();
        if (certificate == null) {
            lines.line("certificate", "none: nobody has measured what it does");
            return;
        }
        lines.line("certificate", CertificateText.setting(certificate));
        CertificateText.figures(certificate).forEach(figure -> lines.line("", figure));
        certificate.notes().forEach(note -> lines.line("", "note: " + note));
        certificate.commands().forEach(command -> lines.command("certified by", command));
        String difference = vector.certificateDifference();
        if (difference != null) {
            lines.line("warning", difference);
        }
        CertificateText.warnings(certificate).forEach(warning -> lines.line("warning", warning));
    }

    private static String stored(VectorInspection.Stored stored) {
        return switch (stored) {
            case NOTHING -> "not recorded";
            case HASHES -> "hashes only: the prompts themselves are not in the file";
            case PROMPTS -> "kept in the file as they are: whoever gets it can read them";
        };
    }

    /** Which parts of a model and its prompts the vector can be compared with when it is used. */
    private static String checked(ModelIdentity model) {
        List<String> parts = new ArrayList<>();
        if (model.fingerprint() != null) {
            parts.add("weights");
        }
        if (model.config() != null) {
            parts.add("config.json");
        }
        if (model.vocabulary() != null) {
            parts.add("vocabulary");
        }
        ModelIdentity.Frame frame = model.frame();
        if (frame != null) {
            parts.add("chat template, variables and system prompt");
        }
        return parts.isEmpty()
                ? "by size alone"
                : "by " + String.join(", ", parts) + (frame == null ? "; the file says no more" : "");
    }

    private void search(DirectionSearch search) {
        DirectionSearch.Candidate chosen = search.chosen();
        Double lambda = search.lambda();
        lines.line(
                "searched",
                "one direction in every row: of token " + search.position() + " at layer " + search.layer()
                        + ", one of " + search.candidates().size() + ", ablated at " + search.site());
        lines.line(
                "scores",
                String.format(
                        Locale.ROOT,
                        "refusal %.3f, without it %.3f; divergence %.4f of at most %s nats",
                        chosen.score(),
                        search.baseline(),
                        chosen.divergence(),
                        search.limits().divergence()));
        lines.line(
                "of prompts",
                search.sets().stream()
                        .map(set -> set.kept() + " of " + set.given() + " " + set.set() + " and " + set.development()
                                + " to choose on")
                        .collect(Collectors.joining(", ")));
        if (lambda != null) {
            lines.line(
                    "lambda",
                    String.format(
                            Locale.ROOT,
                            "%s of the harmful direction taken out, %.1f %% of the length left",
                            lambda,
                            100 * search.remaining()));
        }
    }

    private void reliability(List<LayerStatistics> statistics) {
        List<LayerReliability> measured = statistics.stream()
                .map(LayerStatistics::reliability)
                .filter(Objects::nonNull)
                .toList();
        if (measured.size() < statistics.size()) {
            return;
        }
        String bands = measured.stream()
                .map(m -> String.format(
                        Locale.ROOT, "%.3f-%.3f", m.cosine().low(), m.cosine().high()))
                .collect(Collectors.joining(" "));
        lines.line("sure to", bands + " (90 % interval of the cosine with what all such prompts would give)");
        lines.line("halves", numbers(measured, LayerReliability::splitHalf) + " (cosine of two halves' directions)");
        lines.line("fewer", fewer(measured));
        lines.line(
                "held out",
                numbers(measured, LayerReliability::auc) + " (AUC); Cohen's d "
                        + numbers(measured, LayerReliability::cohensD));
        lines.line("explains", numbers(measured, LayerReliability::explainedVariance) + " (share of the variance)");
        List<Integer> likeChance = statistics.stream()
                .filter(LayerStatistics::isLikeChance)
                .map(LayerStatistics::layer)
                .toList();
        lines.line(
                "by chance",
                numbers(measured, m -> m.control().chance()) + " (share of exchanged labels that give as much); "
                        + (likeChance.isEmpty()
                                ? "no layer is like chance"
                                : "like chance: " + Layers.text(likeChance)));
    }

    /** As many lists as there are shares, each of all layers. */
    private static String fewer(List<LayerReliability> measured) {
        List<LayerReliability.Share> shares = measured.get(0).stability();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            int at = i;
            boolean all = measured.stream().allMatch(m -> m.stability().size() == shares.size());
            if (all) {
                words.add(String.format(
                                Locale.ROOT, "%.0f %%: ", 100 * shares.get(i).share())
                        + numbers(measured, m -> m.stability().get(at).cosine()));
            }
        }
        return String.join("; ", words) + " (cosine of so many prompts' direction with that of all)";
    }

    private static String numbers(List<LayerReliability> measured, ToDoubleFunction<LayerReliability> value) {
        return FactLines.numbers(measured.stream().map(value::applyAsDouble).toList());
    }

    private void derivation(Derivation derivation) {
        lines.line(
                "made of",
                derivation.parents().stream()
                                .map(parent -> parent.method() + " of '" + parent.modelName() + "' ("
                                        + parent.directions()
                                                .substring(
                                                        0,
                                                        Math.min(
                                                                SHOWN_DIGITS,
                                                                parent.directions()
                                                                        .length()))
                                        + "..., times " + parent.weight() + ")")
                                .collect(Collectors.joining(", "))
                        + ", " + derivation.scale() + " directions"
                        + (derivation.layers().isEmpty() ? "" : ", layers " + Layers.text(derivation.layers())));
    }

    private void learning(int layers, Learning learning) {
        lines.line(
                "learned",
                "layers " + Layers.text(learning.layerNumbers()) + " from " + learning.start()
                        + (learning.layers().size() < layers ? "; the others keep the mean difference" : ""));
        lines.line(
                "losses",
                number(learning, Learning.Layer::learnedLoss) + " held out; mean difference "
                        + number(learning, Learning.Layer::meanDifferenceLoss) + "; no vector "
                        + number(learning, Learning.Layer::unsteeredLoss));
        lines.line("cosines", number(learning, Learning.Layer::cosine) + " (with the mean difference)");
        lines.line(
                "cost",
                learning.cost().steps() + " gradient steps over "
                        + learning.cost().gradientTokens() + " tokens");
    }

    private static String number(Learning learning, ToDoubleFunction<Learning.Layer> value) {
        return FactLines.numbers(
                learning.layers().stream().map(value::applyAsDouble).toList());
    }

    private void anchoring(VectorInspection.Anchored anchoring) {
        Calibration calibration = anchoring.calibration();
        lines.line("refusal", FactLines.numbers(anchoring.refusalScores()) + " (score of each layer)");
        lines.line(
                "layers",
                "steer " + FactLines.joined(anchoring.steeringLayers()) + ", alpha " + anchoring.alpha() + " ("
                        + anchoring.scale() + "); classify at " + FactLines.joined(calibration.classifierLayers()));
        LayerEvidence evidence = anchoring.evidence();
        if (evidence != null) {
            lines.line("chosen by", words(evidence));
        }
        lines.line(
                "threshold",
                String.format(
                        Locale.ROOT,
                        "%.4f, AUC %s, harmful found %.1f %%, harmless passed %.1f %% (%s: %d + %d prompts)",
                        calibration.threshold(),
                        VectorQuality.area(calibration),
                        100 * calibration.harmfulFound(),
                        100 * calibration.harmlessPassed(),
                        calibration.source(),
                        calibration.harmful(),
                        calibration.harmless()));
        OperatingPoint point = anchoring.operatingPoint();
        if (point != null) {
            operatingPoint(point);
        }
    }

    private static String words(LayerEvidence evidence) {
        String basis =
                switch (evidence.basis()) {
                    case PROJECTION -> "refusal tokens that the layers' direction reads as";
                    case SEPARATION -> "how well they separate the anchors, as none reads as refusal";
                    case GIVEN -> "hand";
                };
        Double chance = evidence.chance();
        return basis + (chance == null ? "" : String.format(Locale.ROOT, "; p = %.3g by chance", chance));
    }

    private void operatingPoint(OperatingPoint point) {
        OperatingPoint.Grid grid = point.grid();
        lines.line(
                "chosen by",
                String.format(
                        Locale.ROOT,
                        "a sweep of %d settings: layers %s, alphas %s",
                        grid.settings(),
                        grid.layerSets().stream().map(Layers::text).collect(Collectors.joining(" or ")),
                        FactLines.joined(grid.alphas())));
        lines.line("rule", point.rule());
        Double divergence = point.divergence();
        lines.line(
                "cost",
                String.format(
                                Locale.ROOT,
                                "%.4f, lowest %.4f with standard error %.4f",
                                point.cost(),
                                point.bestCost(),
                                point.standardError())
                        + (divergence == null
                                ? ""
                                : String.format(Locale.ROOT, "; KL %.4f nats per token", divergence)));
        lines.line("development", figures(point.development()));
        lines.line(
                "test",
                (point.test().isEmpty() ? "not looked at" : figures(point.test())) + " (judge: " + point.judge() + ")");
    }

    private static String figures(List<OperatingPoint.SetFigures> sets) {
        return sets.stream()
                .map(set -> String.format(
                        Locale.ROOT,
                        "%s refused %d -> %d of %d",
                        set.set(),
                        set.unsteered(),
                        set.steered(),
                        set.prompts()))
                .collect(Collectors.joining(", "));
    }

    private void statistic(String label, VectorInspection vector, ToDoubleFunction<LayerStatistics> value) {
        lines.line(
                label,
                FactLines.numbers(
                        vector.statistics().stream().map(value::applyAsDouble).toList()));
    }
}
