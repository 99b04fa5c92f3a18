package dev.steering.eval.report;

import dev.steering.eval.run.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what methods cost on this machine; kept apart from results because it differs from run to run. */
public final class CostText {
    private CostText() {}

    /**
     * @param costs costs by method; the first is what the others are compared with
     * @return a Markdown table
     */
    public static String markdown(Map<String, Cost> costs) {
        return Grid.markdown(cells(costs));
    }

    /**
     * @param costs costs by method; the first is what the others are compared with
     * @return the same for a terminal
     */
    public static String plain(Map<String, Cost> costs) {
        return Grid.plain(cells(costs));
    }

    private static List<List<String>> cells(Map<String, Cost> costs) {
        String first = costs.keySet().iterator().next();
        double reference = costs.getOrDefault(first, new Cost(0, 0, 0)).secondsPerToken();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "answers", "tokens", "seconds", "tokens/s", "cost per token, " + first + " = 1"));
        costs.forEach((method, cost) -> rows.add(List.of(
                method,
                Long.toString(cost.answers()),
                Long.toString(cost.tokens()),
                String.format(Locale.ROOT, "%.1f", cost.seconds()),
                String.format(Locale.ROOT, "%.0f", cost.tokensPerSecond()),
                ratio(cost.secondsPerToken() / reference))));
        return rows;
    }

    private static String ratio(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f", ratio) : "";
    }
}
