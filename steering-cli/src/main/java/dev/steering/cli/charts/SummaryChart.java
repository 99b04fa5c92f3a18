package dev.steering.cli.charts;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.report.ResultsTable;
import dev.steering.eval.report.SeedBand;
import dev.steering.viz.Chart;
import dev.steering.viz.RateChart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bar chart of an evaluation's refusals. */
public final class SummaryChart {
    private SummaryChart() {}

    /**
     * @param result what came of an evaluation
     * @return the chart
     */
    public static Chart of(EvaluationResult result) {
        ResultsTable table = result.summary().table();
        List<RateChart.Series> series = new ArrayList<>();
        List<SeedBand> bands = SeedBand.of(result.summary());
        for (String method : table.methods()) {
            if (isDrawn(method, bands)) {
                continue;
            }
            Map<String, RateChart.Rate> rates = new LinkedHashMap<>();
            for (String set : table.sets()) {
                Rate rate = table.rate(method, set);
                WilsonInterval interval = rate.interval();
                rates.put(
                        label(set, table.expectation(set)),
                        new RateChart.Rate(rate.refused(), rate.n(), interval.low(), interval.high()));
            }
            series.add(new RateChart.Series(method, rates));
        }
        for (SeedBand band : bands) {
            Map<String, RateChart.Rate> rates = new LinkedHashMap<>();
            band.sets()
                    .forEach((set, spread) -> rates.put(
                            label(set, table.expectation(set)),
                            new RateChart.Rate(spread.refused(), spread.n(), spread.low(), spread.high())));
            series.add(new RateChart.Series(band.method() + ", " + band.seeds().size() + " seeds", rates));
        }
        return RateChart.of(
                "Both sides of safety: what is refused",
                "model: " + result.model(),
                (bands.isEmpty()
                                ? "Wilson 95 % intervals"
                                : "Wilson 95 % intervals, of several seeds 5 to 95 % of these")
                        + "; over-refusal: lower is better, refusal of harmful prompts: higher is better",
                series);
    }

    private static boolean isDrawn(String method, List<SeedBand> bands) {
        return bands.stream().anyMatch(band -> band.method().equals(SeedBand.drawnOf(method)))
                && method.contains(SeedBand.MARK);
    }

    private static String label(String set, Expectation expectation) {
        return set + (expectation == Expectation.COMPLY ? ": over-refusal" : ": refusal");
    }
}
