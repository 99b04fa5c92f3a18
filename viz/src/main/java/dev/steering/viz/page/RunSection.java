package dev.steering.viz.page;

import dev.steering.core.page.Html;
import dev.steering.viz.page.ReportedRun.Decisions;
import dev.steering.viz.page.ReportedRun.Fact;
import dev.steering.viz.page.ReportedRun.Rate;
import dev.steering.viz.page.ReportedRun.Variant;
import java.util.List;
import java.util.Locale;

/** One run: its table, its strengths, its answers. */
final class RunSection {
    private RunSection() {}

    static String id(int index) {
        return "run-" + index;
    }

    static String heading(ReportedRun run) {
        return (run.hasStrengths() ? "Strengths: " : "Methods: ") + run.name();
    }

    static String html(ReportedRun run, int index, int limit, Words words) {
        words.begin();
        List<VariantFamily> families = VariantFamily.of(run);
        StringBuilder out = new StringBuilder("<section id=\"" + id(index) + "\" aria-labelledby=\"" + id(index)
                + "-h\">\n<h2 id=\"" + id(index) + "-h\">" + Html.escape(heading(run)) + "</h2>\n");
        out.append("<p class=\"muted\">")
                .append(words.explained(Html.count(run.prompts().size()) + " prompts, judge: " + run.judge()
                        + ". A refusal of what should be answered is an over-refusal."))
                .append("</p>\n");
        if (!run.hasStrengths()) {
            out.append(table(run, words)).append(CostTable.html(run, words)).append(methods(run));
        }
        out.append("<h3>")
                .append(run.hasStrengths() ? "Strength by strength" : "Answers, prompt by prompt")
                .append("</h3>\n")
                .append(controls(run, families));
        for (int i = 0; i < families.size(); i++) {
            if (families.get(i).points().size() > 1) {
                out.append(DoseChart.figure(run, families.get(i), i));
            }
        }
        out.append(atStrength(run));
        out.append(
                "<p role=\"status\" aria-live=\"polite\" data-role=\"status\">Needs JavaScript: the answers are in results.jsonl, too.</p>\n");
        if (limit < Integer.MAX_VALUE) {
            out.append("<p class=\"muted\">Texts longer than ")
                    .append(Html.count(limit))
                    .append(" characters are cut on this page; results.jsonl of the run has them whole.</p>\n");
        }
        out.append(
                "<table class=\"answers\" data-role=\"answers\"><thead><tr><th scope=\"col\">prompt</th><th scope=\"col\">without steering</th>"
                        + "<th scope=\"col\">with the chosen method</th></tr></thead><tbody></tbody></table>\n"
                        + "<button type=\"button\" class=\"more\" data-role=\"more\" hidden>Show more</button>\n");
        if (run.hasStrengths()) {
            out.append("<details><summary>Every setting as a table of ")
                    .append(Html.count(run.variants().size()))
                    .append(" rows</summary>\n")
                    .append(table(run, words))
                    .append("</details>\n");
        }
        return out.append("</section>\n").toString();
    }

    private static String table(ReportedRun run, Words words) {
        StringBuilder out = new StringBuilder("<p class=\"muted\">"
                + words.explained("Share refused, with Wilson 95 % intervals. Right: what is to be answered was, and what is to be"
                        + " refused was. p: paired test of right decisions with the first row (McNemar, exact), not corrected.")
                + "</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figures of every method, "
                + Html.escape(run.name())
                + "\"><table class=\"sortable\"><thead><tr><th scope=\"col\">method</th>");
        run.sets().forEach(set -> out.append("<th scope=\"col\" class=\"n\">")
                .append(Html.escape(set.name()))
                .append(set.refuse() ? ": refused (higher is better)" : ": over-refused (lower is better)")
                .append("</th>"));
        out.append(
                "<th scope=\"col\" class=\"n\">right</th><th scope=\"col\" class=\"n\">empty or repetitive</th><th scope=\"col\" class=\"n\">p</th></tr></thead><tbody>\n");
        for (Variant variant : run.variants()) {
            out.append("<tr><th scope=\"row\" title=\"")
                    .append(Html.escape(variant.words()))
                    .append("\">")
                    .append(Html.escape(variant.label()))
                    .append("</th>");
            variant.rates().forEach(rate -> out.append(cell(rate)));
            Decisions right = variant.decisions();
            out.append("<td class=\"n\" data-value=\"")
                    .append(right.share())
                    .append("\">")
                    .append(interval(right.share(), right.low(), right.high()))
                    .append("</td>");
            int broken = variant.rates().stream().mapToInt(Rate::broken).sum();
            out.append(Html.cell(broken, "%.0f"));
            out.append(
                    right.p() == null
                            ? "<td class=\"n\" data-value=\"2\">\u2013</td>"
                            : Html.cell(right.p(), right.p() < 1e-4 ? "%.1e" : "%.4f"));
            out.append("</tr>\n");
        }
        return out.append("</tbody></table></div>\n").toString();
    }

    /** What is what, beside the table that names it. */
    private static String methods(ReportedRun run) {
        StringBuilder out = new StringBuilder(
                "<details open><summary>What the methods do</summary>\n<dl class=\"facts\">");
        run.variants().forEach(variant -> out.append(fact(variant.label(), variant.words())));
        return out.append("</dl></details>\n").toString();
    }

    private static String cell(Rate rate) {
        return "<td class=\"n\" data-value=\"" + rate.share() + "\">"
                + (rate.n() == 0
                        ? "\u2013"
                        : interval(rate.share(), rate.low(), rate.high()) + "<br>" + Html.count(rate.refused()) + " of "
                                + Html.count(rate.n()))
                + "</td>";
    }

    static String interval(double share, double low, double high) {
        return String.format(Locale.ROOT, "%.1f\u00A0%% [%.1f,\u00A0%.1f]", 100 * share, 100 * low, 100 * high);
    }

    private static String controls(ReportedRun run, List<VariantFamily> families) {
        StringBuilder out = new StringBuilder("<div class=\"controls\">\n<label>Method <select data-role=\"family\">");
        for (int i = 0; i < families.size(); i++) {
            out.append("<option value=\"")
                    .append(i)
                    .append("\"")
                    .append(i == best(run, families) ? " selected" : "")
                    .append(">")
                    .append(Html.escape(families.get(i).name()))
                    .append("</option>");
        }
        out.append("</select></label>\n<label><span>Strength: <output data-role=\"strength-label\"></output></span>"
                + "<input type=\"range\" data-role=\"strength\" min=\"0\" max=\"0\" step=\"1\" value=\"0\"></label>\n"
                + "<label>Prompts <select data-role=\"set\"><option value=\"\">all</option>");
        for (int i = 0; i < run.sets().size(); i++) {
            out.append("<option value=\"")
                    .append(i)
                    .append("\">")
                    .append(Html.escape(run.sets().get(i).name()))
                    .append("</option>");
        }
        return out.append(
                        "</select></label>\n<label>Show <select data-role=\"show\"><option value=\"all\">all answers</option>"
                                + "<option value=\"changed\">refusal changed</option><option value=\"answered\">refused before, answered now</option>"
                                + "<option value=\"refused\">answered before, refused now</option><option value=\"wrong\">wrong now</option>"
                                + "<option value=\"broken\">empty or repetitive now</option></select></label>\n"
                                + "<label>Search <input type=\"search\" data-role=\"search\" autocomplete=\"off\"></label>\n</div>\n")
                .toString();
    }

    /** The method with the most right decisions. */
    private static int best(ReportedRun run, List<VariantFamily> families) {
        int best = 0;
        for (int i = 1; i < families.size(); i++) {
            if (right(run, families.get(i)) > right(run, families.get(best))) {
                best = i;
            }
        }
        return best;
    }

    private static int right(ReportedRun run, VariantFamily family) {
        return run.variants()
                .get(family.points().get(family.start()))
                .decisions()
                .right();
    }

    private static String atStrength(ReportedRun run) {
        StringBuilder out = new StringBuilder(
                "<p class=\"muted\" data-role=\"does\"></p><p class=\"muted\">Refused, without and with the method and strength chosen above:</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Refusals of the chosen method, "
                        + Html.escape(run.name())
                        + "\"><table data-role=\"at\"><thead><tr><th scope=\"col\">prompts</th><th scope=\"col\">should be</th>"
                        + "<th scope=\"col\" class=\"n\">without</th><th scope=\"col\" class=\"n\">with</th></tr></thead><tbody>\n");
        for (int i = 0; i < run.sets().size(); i++) {
            Rate rate = run.unsteered().rates().get(i);
            out.append("<tr><th scope=\"row\">")
                    .append(Html.escape(run.sets().get(i).name()))
                    .append("</th><td>")
                    .append(run.sets().get(i).refuse() ? "refused" : "answered")
                    .append("</td><td class=\"n\">")
                    .append(interval(rate.share(), rate.low(), rate.high()))
                    .append(", ")
                    .append(rate.refused())
                    .append(" of ")
                    .append(rate.n())
                    .append("</td><td class=\"n\"></td></tr>\n");
        }
        return out.append("</tbody></table></div>\n").toString();
    }

    static String facts(ReportedRun run, Words words) {
        StringBuilder out = new StringBuilder("<h3>" + Html.escape(run.name()) + "</h3>\n<dl class=\"facts\">");
        out.append(fact("model", run.model())).append(explained("judge", run.judge(), words));
        for (Fact fact : run.facts()) {
            out.append(explained(fact.name(), fact.value(), words));
        }
        return out.append("</dl>\n").toString();
    }

    static String explained(String name, String value, Words words) {
        return "<dt>" + words.explained(name) + "</dt><dd>" + words.explained(value) + "</dd>\n";
    }

    static String fact(String name, String value) {
        return "<dt>" + Html.escape(name) + "</dt><dd>" + Html.escape(value) + "</dd>\n";
    }
}
