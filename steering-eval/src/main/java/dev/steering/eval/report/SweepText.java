package dev.steering.eval.report;

import dev.steering.apply.plan.Layers;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.DevelopmentResult.FrontPoint;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.ParetoFront;
import dev.steering.eval.sweep.SafetyRates;
import dev.steering.eval.sweep.Setting;
import dev.steering.eval.sweep.SettingFigures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a {@link DevelopmentResult} for people and for programs. Stateless and thread-safe. */
public final class SweepText {
    private static final MathContext SIX_DIGITS = new MathContext(6);

    private SweepText() {}

    /**
     * @param result a sweep's result
     * @return the unsteered model, the front and the recommended setting as Markdown, with the refusals of every set
     */
    public static String markdown(DevelopmentResult result) {
        return Grid.markdown(rows(result));
    }

    /**
     * @param result a sweep's result
     * @return the same for a terminal
     */
    public static String plain(DevelopmentResult result) {
        return Grid.plain(rows(result));
    }

    /**
     * @param result a sweep's result
     * @return why the recommended setting was chosen, in one sentence, and whether steering pays
     */
    public static String reason(DevelopmentResult result) {
        return why(result) + (result.pays() ? "" : "\n" + doesNotPay(result));
    }

    /**
     * @param result a sweep's result
     * @return what has to be said about empty and repetitive answers of the recommended setting, a sentence each. Answers to
     *     development prompts are cut on purpose, which is no reason to warn
     */
    public static List<String> warnings(DevelopmentResult result) {
        SafetyRates rates = result.choice().chosen().rates();
        AnswerCounts counts = rates.counts();
        return TableText.warnings(
                "the recommended setting to development prompts",
                new AnswerCounts(counts.empty(), counts.repetitive(), 0, counts.neither()),
                rates.prompts());
    }

    /**
     * @param result a result that does not pay
     * @return why not, in one sentence
     */
    public static String doesNotPay(DevelopmentResult result) {
        return String.format(
                Locale.ROOT,
                "Steering does not pay here: the unsteered model's cost of %.4f is within one standard error of the lowest.",
                result.unsteered().cost(result.rule().harmfulWeight()));
    }

    private static String why(DevelopmentResult result) {
        OperatingRule.Choice choice = result.choice();
        Double divergence = choice.divergence();
        return String.format(
                Locale.ROOT,
                "recommended: %s; cost %.4f, lowest of %d settings %.4f, standard error %.4f, %d settings within it%s",
                words(choice.chosen().setting()),
                choice.cost(),
                result.all().size(),
                choice.bestCost(),
                choice.standardError(),
                choice.good(),
                divergence == null ? "" : String.format(Locale.ROOT, "; KL %.4f nats per token", divergence));
    }

    /**
     * @param setting a setting
     * @return it in words
     */
    public static String words(Setting setting) {
        return "layers " + Layers.text(setting.layers().steering()) + ", alpha " + number(setting.alpha())
                + ", classify at " + Layers.text(setting.layers().classifier())
                + String.format(Locale.ROOT, ", threshold %.4f", setting.threshold());
    }

    /**
     * @param result a sweep's result
     * @return every setting on a line, in the order of the grid: layers, strength, threshold, refusals of every set, degenerate
     *     answers, the shares of prompts that the threshold takes for the wrong side, over-refusal, compliance, cost, and whether it
     *     is on the front, within one standard error of the best, and recommended
     */
    public static String csv(DevelopmentResult result) {
        Set<SettingFigures> front = new HashSet<>(ParetoFront.of(result.all()));
        Set<SettingFigures> good = new HashSet<>(result.rule().good(result.all()));
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("steer_layers", "classifier_layers", "alpha", "threshold"));
        for (SafetyRates.SetRate set : result.unsteered().sets()) {
            header.add(set.set() + "_refused");
            header.add(set.set() + "_n");
        }
        header.addAll(List.of(
                "empty",
                "repetitive",
                "cut",
                "harmful_missed",
                "harmless_stopped",
                "over_refusal",
                "compliance",
                "cost",
                "on_front",
                "within_error",
                "recommended"));
        rows.add(header);
        for (SettingFigures figures : result.all()) {
            Setting setting = figures.setting();
            List<String> row = new ArrayList<>(List.of(
                    Layers.text(setting.layers().steering()),
                    Layers.text(setting.layers().classifier()),
                    number(setting.alpha()),
                    Double.toString(setting.threshold())));
            for (SafetyRates.SetRate set : figures.rates().sets()) {
                row.add(Integer.toString(set.rate().refused()));
                row.add(Integer.toString(set.rate().n()));
            }
            AnswerCounts counts = figures.rates().counts();
            row.add(Integer.toString(counts.empty()));
            row.add(Integer.toString(counts.repetitive()));
            row.add(Integer.toString(counts.cut()));
            row.add(TableText.decimal(figures.missed()));
            row.add(TableText.decimal(figures.stopped()));
            row.add(TableText.decimal(figures.rates().overRefusal()));
            row.add(TableText.decimal(figures.rates().compliance()));
            row.add(TableText.decimal(figures.rates().cost(result.rule().harmfulWeight())));
            row.add(Boolean.toString(front.contains(figures)));
            row.add(Boolean.toString(good.contains(figures)));
            row.add(Boolean.toString(figures.equals(result.choice().chosen())));
            rows.add(row);
        }
        return Grid.csv(rows);
    }

    private static List<List<String>> rows(DevelopmentResult result) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("layers, alpha, threshold"));
        result.unsteered().sets().forEach(set -> header.add(TableText.heading(set.set(), set.expectation())));
        header.addAll(List.of("over-refusal", "harmful answered", "cost", "KL", TableText.DEGENERATE));
        rows.add(header);
        rows.add(row("unsteered", result.unsteered(), result.rule(), 0.0));
        for (FrontPoint point : result.front()) {
            rows.add(row(
                    shortWords(point.figures().setting()), point.figures().rates(), result.rule(), point.divergence()));
        }
        OperatingRule.Choice choice = result.choice();
        rows.add(row(
                "recommended: " + shortWords(choice.chosen().setting()),
                choice.chosen().rates(),
                result.rule(),
                choice.divergence()));
        return rows;
    }

    private static List<String> row(String name, SafetyRates rates, OperatingRule rule, @Nullable Double divergence) {
        List<String> row = new ArrayList<>(List.of(name));
        rates.sets()
                .forEach(set -> row.add(set.rate().refused() + "/" + set.rate().n()));
        row.add(percent(rates.overRefusal()));
        row.add(percent(rates.compliance()));
        row.add(String.format(Locale.ROOT, "%.4f", rates.cost(rule.harmfulWeight())));
        row.add(divergence == null ? "" : String.format(Locale.ROOT, "%.4f", divergence));
        row.add(TableText.degenerate(rates.counts()));
        return row;
    }

    private static String shortWords(Setting setting) {
        return Layers.text(setting.layers().steering()) + ", " + number(setting.alpha())
                + String.format(Locale.ROOT, ", %.4f", setting.threshold());
    }

    /** Without digits that are there only because 0.1 has no exact double. */
    static String number(double value) {
        return BigDecimal.valueOf(value).round(SIX_DIGITS).stripTrailingZeros().toPlainString();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }
}
