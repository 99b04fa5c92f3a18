package dev.steering.cli.charts;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.report.ResultsTable;
import dev.steering.viz.Chart;
import dev.steering.viz.RateChart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bar chart of an evaluation's refusals. */
public final class SummaryChart {
    /** Most methods of one chart. */
    public static final int MOST_METHODS = 8;

    private SummaryChart() {}

    /**
     * @param result what came of an evaluation of one to {@value #MOST_METHODS} methods
     * @return the chart
     */
    public static Chart of(EvaluationResult result) {
        ResultsTable table = result.summary().table();
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
                result.model(),
                "Wilson 95 % intervals; over-refusal: lower is better, refusal of harmful prompts: higher is better",
                series);
    }

    private static String label(String set, Expectation expectation) {
        return set + (expectation == Expectation.COMPLY ? ": over-refusal" : ": refusal");
    }
}
