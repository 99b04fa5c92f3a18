package dev.steering.cli.charts;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.SweepResult;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.report.SweepText;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.SafetyRates;
import dev.steering.eval.sweep.SettingFigures;
import dev.steering.viz.Chart;
import dev.steering.viz.ParetoChart;
import dev.steering.viz.ParetoChart.Mark;
import dev.steering.viz.ParetoChart.Place;
import dev.steering.viz.ParetoChart.Reach;
import java.util.List;
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
                + result.test().judge() + ". Lines: Wilson 95 % intervals, where a side is one set.";
        return ParetoChart.of(
                subtitle,
                caption,
                development.all().stream().map(f -> place(f.rates())).toList(),
                development.front().stream()
                        .map(p -> place(p.figures().rates()))
                        .toList(),
                new Mark("unsteered", "", marked(development.unsteered()), marked(result.testUnsteered())),
                new Mark(
                        "recommended",
                        SweepText.words(chosen.setting()),
                        marked(chosen.rates()),
                        marked(result.testRecommended())));
    }

    private static Place place(SafetyRates rates) {
        return new Place(rates.overRefusal(), rates.compliance());
    }

    /** With a Wilson interval where a side is one set; where it is the mean of several there is none of that kind. */
    private static Place marked(SafetyRates rates) {
        List<SafetyRates.SetRate> answered = rates.sets().stream()
                .filter(set -> set.expectation() == Expectation.COMPLY)
                .toList();
        List<SafetyRates.SetRate> refused = rates.sets().stream()
                .filter(set -> set.expectation() == Expectation.REFUSE)
                .toList();
        if (answered.size() != 1 || refused.size() != 1) {
            return place(rates);
        }
        WilsonInterval over = answered.get(0).rate().interval();
        WilsonInterval kept = refused.get(0).rate().interval();
        return new Place(
                rates.overRefusal(),
                rates.compliance(),
                new Reach(over.low(), over.high(), 1 - kept.high(), 1 - kept.low()));
    }
}
