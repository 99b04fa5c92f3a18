package dev.steering.viz.page;

import dev.steering.core.certificate.Certificate;
import dev.steering.core.page.Html;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerEvidence;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorQuality;
import dev.steering.viz.page.ReportedRun.AskedSet;
import dev.steering.viz.page.ReportedRun.Decisions;
import dev.steering.viz.page.ReportedRun.Rate;
import dev.steering.viz.page.ReportedRun.Variant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a report comes to, in plain words: which layers, how sure, what strength, what it does and costs, on what data. */
final class Conclusion {
    private static final double SURE = 0.05;
    private static final double HIGH_COSINE = 0.95;
    private static final double FAIR_COSINE = 0.8;
    private static final String RANDOM = "random";
    private static final Pattern LONG_NUMBER = Pattern.compile("[0-9]+\\.[0-9]{6,17}(?![0-9eE])");

    /** The question whose answer is a command line. */
    static final String COMMAND = "Which command makes it again?";

    private static final String STRENGTH = "What strength (alpha), and how was it chosen?";

    private Conclusion() {}

    /** @return questions and their answers, in the order of reading */
    static Map<String, String> of(List<ReportedVector> vectors, List<ReportedRun> runs, List<String> commands) {
        Map<String, String> answers = new LinkedHashMap<>();
        if (!vectors.isEmpty()) {
            SteeringVector vector = vectors.get(0).vector();
            answers.put("Which layers?", layers(vector));
            answers.put("How sure is the direction?", sure(vector));
            answers.put(STRENGTH, strength(vector));
        }
        ReportedRun run = main(runs);
        if (run != null) {
            Variant best = best(run);
            answers.merge(
                    STRENGTH,
                    "Measured here was " + best.label() + ": " + rounded(best.words()) + "."
                            + tried(runs, run, best, vectors),
                    (stored, measured) -> stored + " " + measured);
            answers.put("What does steering do?", effect(run, best));
            answers.put("What does it cost?", VerdictCost.of(vectors, run, best));
            answers.put("On what data?", data(run));
        } else if (!vectors.isEmpty() && vectors.get(0).vector().certificate() == null) {
            answers.put(
                    "What does it cost?",
                    "Not known from what this report was made of: add the directory of an evaluation or a comparison.");
        }
        String command = command(vectors, run, commands);
        if (command != null) {
            answers.put(COMMAND, command);
        }
        return answers;
    }

    /** Numbers of a plan in as many digits as a reader wants; the plan itself has them all. */
    private static String rounded(String words) {
        return LONG_NUMBER
                .matcher(words)
                .replaceAll(found -> String.format(Locale.ROOT, "%.4f", Double.parseDouble(found.group())));
    }

    /** That of the figures above; else that of the measurement in the vector's file; else that of the page. */
    private static @Nullable String command(
            List<ReportedVector> vectors, @Nullable ReportedRun run, List<String> commands) {
        if (run != null && run.command() != null) {
            return run.command();
        }
        if (run == null && !vectors.isEmpty()) {
            Certificate certificate = vectors.get(0).vector().certificate();
            if (certificate != null && !certificate.commands().isEmpty()) {
                return String.join("\n", certificate.commands());
            }
        }
        return commands.isEmpty() ? null : commands.get(0);
    }

    /** A curve beside the main run may have its best elsewhere: a reader should not have to find that out. */
    private static String tried(
            List<ReportedRun> runs, ReportedRun main, Variant chosen, List<ReportedVector> vectors) {
        StringBuilder text = new StringBuilder();
        for (ReportedRun run : runs) {
            if (run.name().equals(main.name()) || !run.hasStrengths()) {
                continue;
            }
            run.variants().stream()
                    .filter(variant -> variant.family().equals(chosen.family()) && variant.strength() != null)
                    .max(Comparator.comparingInt(variant -> variant.decisions().right()))
                    .ifPresent(most -> text.append(String.format(
                            Locale.ROOT,
                            " Of the strengths tried in '%s', on %,d prompts, %s is right most often: %s%s.",
                            run.name(),
                            most.decisions().n(),
                            most.label(),
                            RunSection.interval(
                                    most.decisions().share(),
                                    most.decisions().low(),
                                    most.decisions().high()),
                            beside(run, most, vectors))));
        }
        return text.toString();
    }

    /** The chosen strength there, so that a reader sees whether the other is really better. */
    private static String beside(ReportedRun run, Variant most, List<ReportedVector> vectors) {
        Anchoring anchoring = vectors.isEmpty() ? null : vectors.get(0).vector().anchoring();
        return run.variants().stream()
                .filter(variant -> anchoring != null
                        && variant.family().equals(most.family())
                        && Objects.equals(variant.strength(), anchoring.alpha())
                        && !variant.label().equals(most.label()))
                .findFirst()
                .map(variant -> "; at the chosen strength "
                        + RunSection.interval(
                                variant.decisions().share(),
                                variant.decisions().low(),
                                variant.decisions().high())
                        + (variant.decisions().high() >= most.decisions().low()
                                ? ", which so few prompts do not tell apart"
                                : ", which is less"))
                .orElse("");
    }

    static List<String> warnings(List<ReportedVector> vectors) {
        return vectors.stream()
                .flatMap(vector -> VectorQuality.remarks(vector.vector()).stream())
                .toList();
    }

    /** Methods at the strengths that were chosen for them say more than the search for these. */
    private static @Nullable ReportedRun main(List<ReportedRun> runs) {
        return runs.stream()
                .filter(run -> run.variants().size() > 1)
                .min(Comparator.comparing(ReportedRun::hasStrengths))
                .orElse(null);
    }

    private static Variant best(ReportedRun run) {
        Variant best = null;
        for (Variant variant : real(run)) {
            if (best == null || variant.decisions().right() > best.decisions().right()) {
                best = variant;
            }
        }
        return best == null ? run.variants().get(1) : best;
    }

    /** Random directions are a control, no method to be chosen. */
    private static List<Variant> real(ReportedRun run) {
        return run.variants().stream()
                .skip(1)
                .filter(variant -> !variant.family().startsWith(RANDOM))
                .toList();
    }

    private static String layers(SteeringVector vector) {
        Anchoring anchoring = vector.anchoring();
        if (anchoring == null) {
            return "Not chosen yet: the vector has a direction for each of its " + vector.layers()
                    + " layers; calibration chooses among them.";
        }
        LayerEvidence evidence = anchoring.evidence();
        String text = (anchoring.steeringLayers().size() == 1 ? "Layer " : "Layers ") + join(anchoring.steeringLayers())
                + " of 0 to " + (vector.layers() - 1);
        if (evidence == null) {
            return text
                    + (anchoring.operatingPoint() == null
                            ? "; the file does not say why."
                            : ", chosen together with the strength: it was tried where refusal can be read off, and at these layers"
                                    + " steering does best.");
        }
        String basis =
                switch (evidence.basis()) {
                    case PROJECTION -> ", because their direction reads as refusal tokens";
                    case SEPARATION ->
                        ", because they tell harmful from harmless prompts best (no layer's direction reads as refusal)";
                    case GIVEN -> ", as somebody asked";
                };
        Double chance = evidence.chance();
        return text + basis + (chance == null ? "" : String.format(Locale.ROOT, " (by chance: p = %.3g)", chance))
                + ".";
    }

    private static String sure(SteeringVector vector) {
        List<LayerStatistics> statistics = vector.statistics();
        Anchoring anchoring = vector.anchoring();
        if (statistics == null) {
            return "Not known: the file has no statistics of its layers.";
        }
        List<LayerReliability> measured = statistics.stream()
                .filter(one -> anchoring == null || anchoring.steeringLayers().contains(one.layer()))
                .map(LayerStatistics::reliability)
                .filter(Objects::nonNull)
                .toList();
        if (measured.isEmpty()) {
            return "Not known: it was extracted from too few prompts to say.";
        }
        double low =
                measured.stream().mapToDouble(one -> one.cosine().low()).min().orElseThrow();
        double auc = measured.stream().mapToDouble(LayerReliability::auc).min().orElseThrow();
        double chance = measured.stream()
                .mapToDouble(one -> one.control().chance())
                .max()
                .orElseThrow();
        String where =
                measured.size() == 1 ? "" : anchoring == null ? ", at the worst layer" : ", at the worst steered layer";
        String word = chance > SURE
                ? "Not sure"
                : low >= HIGH_COSINE ? "Very sure" : low >= FAIR_COSINE ? "Fairly sure" : "Only roughly sure";
        String way = low >= HIGH_COSINE
                ? "nearly the same way"
                : low >= FAIR_COSINE ? "in much the same direction" : "elsewhere, perhaps far";
        return word + ": "
                + String.format(
                        Locale.ROOT,
                        "extracted from all prompts of this kind it would point %s (cosine at least %.3f, 90 %% interval%s). It tells harmful from"
                                + " harmless prompts that it was not extracted from with AUC %.3f (0.5 is guessing, 1 is always right). ",
                        way,
                        low,
                        where,
                        auc)
                + (chance <= SURE
                        ? "Prompts with labels exchanged at random do not give as much"
                        : "Prompts with labels exchanged at random give as much, so that it cannot be told from chance")
                + String.format(Locale.ROOT, " (p = %.3g).", chance);
    }

    private static String strength(SteeringVector vector) {
        Anchoring anchoring = vector.anchoring();
        if (anchoring == null) {
            return "Not chosen yet.";
        }
        OperatingPoint point = anchoring.operatingPoint();
        Calibration calibration = anchoring.calibration();
        return "alpha " + DoseChart.plain(anchoring.alpha()) + ", which multiplies "
                + anchoring.scale().name().toLowerCase(Locale.ROOT) + " directions. " + chosen(point)
                + String.format(
                        Locale.ROOT,
                        " Prompts count as harmful at a score of %.4f or more, the threshold that %,d harmful and %,d harmless prompts gave"
                                + " (AUC %s).",
                        calibration.threshold(),
                        calibration.harmful(),
                        calibration.harmless(),
                        VectorQuality.area(calibration));
    }

    private static String chosen(@Nullable OperatingPoint point) {
        if (point == null) {
            return "It was given with the layers, or is the default there; nothing in the file compares it with others.";
        }
        return String.format(
                Locale.ROOT,
                "Chosen among %,d settings (layers %s; alpha %s) on %,d development prompts: the one with the fewest mistakes, where a"
                        + " harmful prompt that is not refused counts %s times a harmless one that is not answered; of those as good within"
                        + " one standard error the one that changes least. The rule in full is at the end, where this comes from.",
                point.grid().settings(),
                point.grid().layerSets().stream().map(Conclusion::join).collect(Collectors.joining(" or ")),
                point.grid().alphas().stream().map(DoseChart::plain).collect(Collectors.joining(", ")),
                point.development().stream()
                        .mapToInt(OperatingPoint.SetFigures::prompts)
                        .sum(),
                DoseChart.plain(point.harmfulWeight()));
    }

    private static String effect(ReportedRun run, Variant best) {
        Decisions before = run.unsteered().decisions();
        Decisions after = best.decisions();
        Double p = after.p();
        int others = real(run).size();
        StringBuilder text = new StringBuilder(
                others <= 1
                        ? "With " + best.label() + " "
                        : "Best of " + others + (run.hasStrengths() ? " settings: with " : " methods: with ")
                                + best.label() + " ");
        text.append(String.format(
                Locale.ROOT,
                "%,d of %,d decisions are right, %s, without steering %,d, %s.",
                after.right(),
                after.n(),
                RunSection.interval(after.share(), after.low(), after.high()),
                before.right(),
                Html.percent(before.share())));
        String refused = over(run, best, false);
        text.append(refused.isEmpty() ? "" : " " + refused);
        if (p != null) {
            text.append(
                    p <= SURE
                            ? String.format(
                                    Locale.ROOT,
                                    " The difference to no steering is not chance (paired test, p = %.2g).",
                                    p)
                            : String.format(
                                    Locale.ROOT,
                                    " The difference to no steering may be chance (paired test, p = %.2g).",
                                    p));
        }
        text.append(ties(run, best));
        run.variants().stream()
                .filter(variant -> variant.family().equals(RANDOM))
                .max(Comparator.comparingInt(variant -> variant.decisions().right()))
                .ifPresent(random -> text.append(String.format(
                        Locale.ROOT,
                        " A random direction of the same length: %s right.",
                        Html.percent(random.decisions().share()))));
        text.append(
                " Right means refused where that is wanted and nowhere else; whether an answer is a good one is not looked at.");
        if (others > 1) {
            text.append(
                    " " + best.label()
                            + " was picked among them on these same prompts, so that its lead looks a little better than it is.");
        }
        return text.toString();
    }

    /** The best of several may be no better than the next: whoever reads the first line alone should know. */
    private static String ties(ReportedRun run, Variant best) {
        String ties = real(run).stream()
                .filter(other -> best.decisions().others().getOrDefault(other.label(), 0.0) > SURE)
                .map(other -> String.format(
                        Locale.ROOT,
                        "%s (%s right, p = %.2g)",
                        other.label(),
                        Html.percent(other.decisions().share()),
                        best.decisions().others().get(other.label())))
                .collect(Collectors.joining(", "));
        return ties.isEmpty() ? "" : " In right decisions it cannot be told from these (paired tests): " + ties + ".";
    }

    static String over(ReportedRun run, Variant best, boolean refuse) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < run.sets().size(); i++) {
            AskedSet set = run.sets().get(i);
            Rate before = run.unsteered().rates().get(i);
            Rate after = best.rates().get(i);
            if (set.refuse() == refuse && after.n() > 0) {
                text.append(text.length() == 0 ? "" : " ")
                        .append(String.format(
                                Locale.ROOT,
                                "Of the prompts '%s', which should be %s, %s are refused, %s.",
                                set.name(),
                                refuse ? "refused" : "answered",
                                RunSection.interval(after.share(), after.low(), after.high()),
                                after.refused() == before.refused()
                                        ? "as many as without steering"
                                        : "without steering " + Html.percent(before.share()) + moved(before, after)));
            }
        }
        return text.toString();
    }

    private static String moved(Rate before, Rate after) {
        double points = 100 * (after.share() - before.share());
        return String.format(Locale.ROOT, " (%.1f points %s)", Math.abs(points), points < 0 ? "fewer" : "more");
    }

    private static String data(ReportedRun run) {
        int[] sizes = new int[run.sets().size()];
        run.prompts().forEach(prompt -> sizes[prompt.set()]++);
        StringBuilder sets = new StringBuilder();
        for (int i = 0; i < sizes.length; i++) {
            sets.append(i == 0 ? "" : ", ")
                    .append(Html.count(sizes[i]))
                    .append(" of '")
                    .append(run.sets().get(i).name())
                    .append("' (to be ")
                    .append(run.sets().get(i).refuse() ? "refused)" : "answered)");
        }
        return Html.count(run.prompts().size()) + " prompts: " + sets + ". Model: " + run.model()
                + ". Refusals told by: " + run.judge() + ". All of it is in '" + run.name() + "'.";
    }

    private static String join(List<Integer> layers) {
        return layers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
