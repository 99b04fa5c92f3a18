package dev.steering.cli.charts;

import dev.steering.eval.SweepResult;
import dev.steering.eval.report.SweepText;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.SafetyRates;
import dev.steering.eval.sweep.SettingFigures;
import dev.steering.viz.Chart;
import dev.steering.viz.ParetoChart;
import dev.steering.viz.ParetoChart.Mark;
import dev.steering.viz.ParetoChart.Place;
import java.util.Locale;

/** The chart of a sweep: every setting, the front, and the recommended one. */
public final class SweepChart {
    private SweepChart() {}

    /**
     * @param result what came of a sweep
     * @return the chart
     */
    public static Chart of(SweepResult result) {
        DevelopmentResult development = result.development();
        SettingFigures chosen = development.choice().chosen();
        String subtitle = "model: " + result.test().model() + "  \u00B7  "
                + String.format(Locale.ROOT, "%,d", development.all().size()) + " settings on "
                + development.unsteered().prompts() + " development prompts";
        String caption = "Filled: development prompts, which the choice was made on. Hollow: the same on "
                + result.testUnsteered().prompts() + " test prompts, which no choice has seen. Judge: "
                + result.test().judge() + ".";
        return ParetoChart.of(
                subtitle,
                caption,
                development.all().stream().map(f -> place(f.rates())).toList(),
                development.front().stream()
                        .map(p -> place(p.figures().rates()))
                        .toList(),
                new Mark("unsteered", "", place(development.unsteered()), place(result.testUnsteered())),
                new Mark(
                        "recommended",
                        SweepText.words(chosen.setting()),
                        place(chosen.rates()),
                        place(result.testRecommended())));
    }

    private static Place place(SafetyRates rates) {
        return new Place(rates.overRefusal(), rates.compliance());
    }
}
