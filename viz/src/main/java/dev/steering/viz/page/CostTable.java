package dev.steering.viz.page;

import dev.steering.core.page.Html;
import dev.steering.viz.page.MeasuredCost.Capability;
import dev.steering.viz.page.ReportedRun.Variant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What methods cost beside refusals, as a table of what was measured, and a sentence about what was not. */
final class CostTable {
    private CostTable() {}

    private record Column(String head, String format, Function<Variant, @Nullable Double> value) {}

    static String html(ReportedRun run, Words words) {
        List<Column> columns = columns(run);
        if (columns.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("<h3>What it costs beside refusals</h3>\n<p class=\"muted\">"
                + words.explained(
                        "KL: how far the next tokens' probabilities move, per token, on prompts that should be answered. Time per token:"
                                + " medians of several rounds in which all methods take turns, without steering = 1. Seconds are those of"
                                + " all answers, one method after the other: the first pays for warming up. Capability: scores in other tasks.")
                + "</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Costs of every method, "
                + Html.escape(run.name()) + "\"><table class=\"sortable\"><thead><tr><th scope=\"col\">method</th>");
        columns.forEach(column -> out.append("<th scope=\"col\" class=\"n\">")
                .append(Html.escape(column.head()))
                .append("</th>"));
        out.append("</tr></thead><tbody>\n");
        for (Variant variant : run.variants()) {
            out.append("<tr><th scope=\"row\">").append(Html.escape(variant.label())).append("</th>");
            for (Column column : columns) {
                Double value = column.value().apply(variant);
                out.append(Html.cell(value == null ? Double.NaN : value, column.format()));
            }
            out.append("</tr>\n");
        }
        return out.append("</tbody></table></div>\n").toString();
    }

    private static List<Column> columns(ReportedRun run) {
        List<Column> all = new ArrayList<>(List.of(
                new Column("KL per token, nats", "%.4f", variant -> variant.divergence() == null ? null : variant.divergence().perToken()),
                new Column("perplexity", "%.3f", variant -> variant.cost().perplexity()),
                new Column("time per token, one by one", "%.2f", variant -> variant.cost().alone()),
                new Column("time per token, in a batch", "%.2f", variant -> variant.cost().together()),
                new Column("seconds, all answers", "%.1f", variant -> variant.cost().seconds())));
        Set<String> tasks = new LinkedHashSet<>();
        run.variants().forEach(variant -> variant.cost().capability().forEach(one -> tasks.add(key(one))));
        tasks.forEach(task -> all.add(new Column(task, "%.3f", variant -> variant.cost().capability().stream()
                .filter(one -> key(one).equals(task))
                .findFirst()
                .map(Capability::value)
                .orElse(null))));
        all.removeIf(column ->
                run.variants().stream().allMatch(variant -> column.value().apply(variant) == null));
        return all;
    }

    private static String key(Capability one) {
        return one.task() + ", " + one.metric() + " (" + Html.count(one.n()) + ")";
    }
}
