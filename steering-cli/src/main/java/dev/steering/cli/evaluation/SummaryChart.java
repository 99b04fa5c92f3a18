package dev.steering.cli.evaluation;

import dev.steering.eval.dataset.Expectation;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.report.ResultsTable;
import dev.steering.viz.Chart;
import dev.steering.viz.RateChart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bar chart of a table of refusals. */
public final class SummaryChart {
    private SummaryChart() {}

    /**
     * @param table refusals of one to eight methods
     * @param modelName the model's name
     * @return the chart
     */
    public static Chart of(ResultsTable table, String modelName) {
        List<RateChart.Series> series = new ArrayList<>();
        for (String method : table.methods()) {
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
        return RateChart.of(
                "Both sides of safety: what is refused",
                modelName,
                "Wilson 95 % intervals; over-refusal: lower is better, refusal of harmful prompts: higher is better",
                series);
    }

    private static String label(String set, Expectation expectation) {
        return set + (expectation == Expectation.COMPLY ? ": over-refusal" : ": refusal");
    }
}
