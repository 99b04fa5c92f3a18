package dev.steering.cli.sweep;

import dev.steering.apply.MethodName;
import dev.steering.core.AtomicFiles;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.SweepText;
import dev.steering.eval.sweep.SafetyRates;
import dev.steering.eval.sweep.SettingFigures;
import dev.steering.eval.sweep.SweepResult;
import dev.steering.viz.Chart;
import dev.steering.viz.ParetoChart;
import dev.steering.viz.ParetoChart.Mark;
import dev.steering.viz.ParetoChart.Place;
import java.nio.file.Path;
import java.util.Locale;

/** Writes what came of a sweep. */
public final class SweepFiles {
    /** Name of the vector file with the operating point. */
    public static final String VECTOR = "recommended.safetensors";

    /** Name of the copy of a vector file that was updated. */
    public static final String PREVIOUS = "previous.safetensors";

    private SweepFiles() {}

    /**
     * Writes tables, chart and the vector with its operating point.
     *
     * @param sweep the sweep
     * @param outcome what came of it
     */
    public static void write(Sweep sweep, Sweep.Outcome outcome) {
        Path directory = sweep.directory();
        AtomicFiles.writeText(directory.resolve("settings.csv"), SweepText.csv(outcome.result()));
        AtomicFiles.writeText(directory.resolve("sweep.md"), markdown(sweep, outcome));
        chart(sweep, outcome).write(directory.resolve("charts"));
        outcome.evaluation().chart(outcome.test()).write(directory.resolve("charts"));
        VectorFile.write(directory.resolve(VECTOR), outcome.vector());
    }

    private static String markdown(Sweep sweep, Sweep.Outcome outcome) {
        SweepResult result = outcome.result();
        EvalSummary test = outcome.test().summary();
        return "# Sweep of " + sweep.model().manifest().name() + "\n\n"
                + "Tried: " + result.grid().words() + ": " + result.all().size() + " settings on "
                + sweep.splits().development().size() + " development prompts; judge: "
                + sweep.judge().name() + ".\n\n"
                + "Rule: " + result.rule().words() + ".\n\n"
                + SweepText.reason(result).replace("\n", "\n\n") + "\n\n"
                + "Refused of the development prompts, by the settings that no other beats:\n\n"
                + SweepText.markdown(result)
                + "\nOn the test prompts, which no choice has seen, with Wilson 95 % intervals:\n\n"
                + SummaryText.markdown(test)
                + "\nMcNemar's exact test, prompt by prompt; Holm's correction over all lines.\n\n"
                + SummaryText.comparisonsMarkdown(test);
    }

    private static Chart chart(Sweep sweep, Sweep.Outcome outcome) {
        SweepResult result = outcome.result();
        EvalSummary test = outcome.test().summary();
        SettingFigures chosen = result.choice().chosen();
        String subtitle = "model: " + sweep.model().manifest().name() + "  \u00B7  "
                + String.format(Locale.ROOT, "%,d", result.all().size()) + " settings on "
                + sweep.splits().development().size() + " development prompts";
        String caption = "Filled: development prompts, which the choice was made on. Hollow: the same on "
                + sweep.splits().test().size() + " test prompts, which no choice has seen. Judge: "
                + sweep.judge().name() + ".";
        return ParetoChart.of(
                subtitle,
                caption,
                result.all().stream().map(f -> place(f.rates())).toList(),
                result.front().stream().map(p -> place(p.figures().rates())).toList(),
                new Mark(
                        "unsteered",
                        "",
                        place(result.unsteered()),
                        place(OperatingPoints.rates(test, MethodName.DEFAULT.toString()))),
                new Mark(
                        "recommended",
                        SweepText.words(chosen.setting()),
                        place(chosen.rates()),
                        place(OperatingPoints.rates(test, MethodName.SCANS.toString()))));
    }

    private static Place place(SafetyRates rates) {
        return new Place(rates.overRefusal(), rates.compliance());
    }
}
