package dev.steering.eval.report;

import dev.steering.eval.metrics.Rate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * A method that was drawn with several seeds, as a distribution: what any method of its kind does by chance. Immutable.
 *
 * @param method the method's name
 * @param seeds the seeds, in order, at least two
 * @param sets shares of refused prompts, by set
 * @param right shares of right decisions on all sets
 */
public record SeedBand(String method, List<Long> seeds, Map<String, Spread> sets, Spread right) {
    /** Stands between the name of a method and the seed that it was drawn with. */
    public static final String MARK = "#";

    private static final Pattern DRAWN = Pattern.compile("(.+)#(-?[0-9]+)");
    private static final double TAIL = 0.05;

    /**
     * A share over the seeds.
     *
     * @param refused of all seeds together
     * @param n prompts of all seeds together
     * @param deviation standard deviation of the seeds' shares, with n - 1
     * @param low 5 % quantile (type 8 of Hyndman and Fan)
     * @param median 50 % quantile
     * @param high 95 % quantile
     * @param min smallest share
     * @param max largest share
     */
    public record Spread(
            int refused, int n, double deviation, double low, double median, double high, double min, double max) {
        static Spread of(List<Rate> rates) {
            double[] shares = rates.stream().mapToDouble(Rate::value).toArray();
            double mean = 0;
            int refused = 0;
            int n = 0;
            for (Rate rate : rates) {
                mean += rate.value() / rates.size();
                refused += rate.refused();
                n += rate.n();
            }
            double squares = 0;
            for (double share : shares) {
                squares += (share - mean) * (share - mean);
            }
            double[] quantiles = Quantile.withDefaults().evaluate(shares, TAIL, 0.5, 1 - TAIL, 0, 1);
            return new Spread(
                    refused,
                    n,
                    Math.sqrt(squares / (shares.length - 1)),
                    quantiles[0],
                    quantiles[1],
                    quantiles[2],
                    quantiles[3],
                    quantiles[4]);
        }

        /** @return mean share */
        public double mean() {
            return (double) refused / n;
        }
    }

    /**
     * @param name a method's name
     * @return the name without the seed that it was drawn with; itself if it was not
     */
    public static String drawnOf(String name) {
        Matcher drawn = DRAWN.matcher(name);
        return drawn.matches() ? drawn.group(1) : name;
    }

    /**
     * @param summary what came of several methods
     * @return every method among them that was drawn with several seeds, in order
     */
    public static List<SeedBand> of(EvalSummary summary) {
        Map<String, List<String>> drawn = new LinkedHashMap<>();
        for (String name : summary.methods()) {
            if (DRAWN.matcher(name).matches()) {
                drawn.computeIfAbsent(drawnOf(name), method -> new ArrayList<>())
                        .add(name);
            }
        }
        List<SeedBand> bands = new ArrayList<>();
        drawn.forEach((method, names) -> {
            if (names.size() > 1) {
                bands.add(band(summary, method, names));
            }
        });
        return List.copyOf(bands);
    }

    private static SeedBand band(EvalSummary summary, String method, List<String> names) {
        ResultsTable table = summary.table();
        Map<String, Spread> sets = new LinkedHashMap<>();
        for (String set : table.sets()) {
            sets.put(
                    set,
                    Spread.of(names.stream().map(name -> table.rate(name, set)).toList()));
        }
        return new SeedBand(
                method,
                names.stream()
                        .map(name -> Long.valueOf(name.substring(method.length() + MARK.length())))
                        .toList(),
                sets,
                Spread.of(names.stream()
                        .map(name -> new Rate(summary.right(name), summary.prompts()))
                        .toList()));
    }
}
