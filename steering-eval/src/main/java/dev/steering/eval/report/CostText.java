package dev.steering.eval.report;

import dev.steering.eval.run.Cost;
import dev.steering.eval.run.CostRounds;
import dev.steering.eval.run.RelativeCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what methods cost on this machine; kept apart from results because it differs from run to run. */
public final class CostText {
    /** How costs per token are measured, for readers of the table. */
    public static final String NOTE =
            "Cost per token: time per decoded token, prompts and end tokens included, relative to the first method; every"
                    + " method answers the same prompts in every round, in a rotating order after a round that does not count. Medians, and"
                    + " the range over the rounds. The other columns are of all answers, one method after the other.";

    private CostText() {}

    /**
     * @param costs costs by method; the first is what the others are compared with
     * @param measured relative costs by method; empty if they were not measured
     * @return a Markdown table
     */
    public static String markdown(Map<String, Cost> costs, Map<String, CostRounds.Measured> measured) {
        return Grid.markdown(cells(costs, measured));
    }

    /**
     * @param costs costs by method; the first is what the others are compared with
     * @param measured relative costs by method; empty if they were not measured
     * @return the same for a terminal
     */
    public static String plain(Map<String, Cost> costs, Map<String, CostRounds.Measured> measured) {
        return Grid.plain(cells(costs, measured));
    }

    /**
     * @param measured relative costs by method; empty if they were not measured
     * @return what has to be said about the machine: a sentence, or nothing
     */
    public static List<String> warnings(Map<String, CostRounds.Measured> measured) {
        int busy = measured.values().stream()
                .mapToInt(CostRounds.Measured::busyRounds)
                .max()
                .orElse(0);
        if (busy == 0) {
            return List.of();
        }
        double others = measured.values().stream()
                .mapToDouble(CostRounds.Measured::others)
                .filter(share -> !Double.isNaN(share))
                .max()
                .orElse(0);
        return List.of(String.format(
                Locale.ROOT,
                "Warning: the machine was busy with other work in %d of the rounds (other processes took up to %.0f %% of the"
                        + " processors' time, or more threads wanted to run than there are processors). Costs and times are"
                        + " not to be relied on: measure again on an idle machine.",
                busy,
                100 * others));
    }

    private static List<List<String>> cells(Map<String, Cost> costs, Map<String, CostRounds.Measured> measured) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("method", "answers", "tokens", "seconds", "tokens/s"));
        if (!measured.isEmpty()) {
            String first = costs.keySet().iterator().next();
            int together = measured.values().iterator().next().rows();
            header.add("cost per token, " + first + " = 1");
            header.add("in a batch of " + together);
        }
        rows.add(header);
        costs.forEach((method, cost) -> {
            List<String> row = new ArrayList<>(List.of(
                    method,
                    Long.toString(cost.answers()),
                    Long.toString(cost.tokens()),
                    String.format(Locale.ROOT, "%.1f", cost.seconds()),
                    String.format(Locale.ROOT, "%.0f", cost.tokensPerSecond())));
            CostRounds.Measured ratios = measured.get(method);
            if (ratios != null) {
                row.add(ratio(ratios.alone()));
                row.add(ratio(ratios.together()));
            }
            rows.add(row);
        });
        return rows;
    }

    private static String ratio(RelativeCost cost) {
        return String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", cost.median(), cost.low(), cost.high());
    }
}
