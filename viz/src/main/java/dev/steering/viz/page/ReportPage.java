package dev.steering.viz.page;

import dev.steering.core.page.Html;
import dev.steering.core.page.PageShell;
import java.util.List;
import java.util.Map;

/**
 * One page about a model, its vectors and what they do, for readers who have nothing else: the verdict first, in plain words, then charts,
 * tables and every answer, and what it was made of. It loads nothing, shows texts of models and of people as text alone, and the same
 * input gives the same bytes. Immutable and thread-safe.
 *
 * @param title what it is about, such as the model's name
 * @param vectors vectors, the one that matters first
 * @param runs evaluations, sweeps and comparisons
 * @param commands commands that make it again
 * @param madeBy program and version
 */
public record ReportPage(
        String title, List<ReportedVector> vectors, List<ReportedRun> runs, List<String> commands, String madeBy) {
    /** @throws IllegalArgumentException if there is nothing to report */
    public ReportPage {
        vectors = List.copyOf(vectors);
        runs = List.copyOf(runs);
        commands = List.copyOf(commands);
        if (vectors.isEmpty() && runs.isEmpty()) {
            throw new IllegalArgumentException("a report needs a vector or a run");
        }
    }

    /**
     * @return the answers to what a reader asks first, by question: what the page begins with
     */
    public Map<String, String> verdict() {
        return Conclusion.of(vectors, runs, commands);
    }

    /**
     * @return the document, to be stored as UTF-8
     * @throws dev.steering.core.SteeringException if charts cannot be drawn
     */
    public String html() {
        AnswerData.Made data = AnswerData.of(runs);
        Words words = new Words();
        StringBuilder body = new StringBuilder("<a class=\"skip\" href=\"#verdict\">To the verdict</a>\n<header><h1>"
                + Html.escape(title) + "</h1></header>\n" + navigation() + "<main>\n" + verdictSection(words));
        for (int i = 0; i < vectors.size(); i++) {
            body.append(VectorSection.html(vectors.get(i), i, words));
        }
        for (int i = 0; i < runs.size(); i++) {
            body.append(RunSection.html(runs.get(i), i, data.limit(), words));
        }
        body.append(origin(words))
                .append(words.section())
                .append("</main>\n<footer><p class=\"muted\">Made by ")
                .append(Html.escape(madeBy))
                .append(
                        ". This page stands alone: it loads nothing.</p>\n<details class=\"muted\"><summary>Curves that can be read off are"
                                + " drawn by uPlot 1.6.30, which this page carries. Its licence</summary><pre>")
                .append(Html.escape(UPlotLibrary.licence()))
                .append("</pre></details></footer>\n");
        return PageShell.standalone(
                title,
                PageShell.resource(PageShell.STYLE) + UPlotLibrary.style() + PageShell.resource("report.css"),
                UPlotLibrary.script() + PageShell.resource("report.js"),
                body.toString(),
                data.json());
    }

    private String navigation() {
        StringBuilder out =
                new StringBuilder("<nav aria-label=\"Contents\"><ul><li><a href=\"#verdict\">Verdict</a></li>");
        for (int i = 0; i < vectors.size(); i++) {
            out.append("<li><a href=\"#")
                    .append(VectorSection.id(i))
                    .append("\">Vector: ")
                    .append(Html.escape(vectors.get(i).name()))
                    .append("</a></li>");
        }
        for (int i = 0; i < runs.size(); i++) {
            out.append("<li><a href=\"#")
                    .append(RunSection.id(i))
                    .append("\">")
                    .append(Html.escape(RunSection.heading(runs.get(i))))
                    .append("</a></li>");
        }
        return out.append("<li><a href=\"#origin\">Where this comes from, commands</a></li><li><a href=\"#words\">Words</a></li></ul></nav>\n")
                .toString();
    }

    private String verdictSection(Words words) {
        words.begin();
        StringBuilder out = new StringBuilder(
                "<section id=\"verdict\" class=\"verdict\" aria-labelledby=\"verdict-h\"><h2 id=\"verdict-h\">Verdict</h2>\n<dl>");
        verdict().forEach((question, answer) -> out.append("<dt>")
                .append(Html.escape(question))
                .append("</dt><dd>")
                .append(
                        question.equals(Conclusion.COMMAND)
                                ? "<pre>" + Html.escape(answer)
                                        + "</pre>All commands, and what they were given: <a href=\"#origin\">where this comes from</a>."
                                : words.explained(answer))
                .append("</dd>\n"));
        out.append("</dl>\n");
        Conclusion.warnings(vectors).forEach(warning -> out.append("<p class=\"warning\">")
                .append(words.explained(warning))
                .append("</p>\n"));
        return out.append(
                        "<p class=\"muted\">Underlined words are explained: point at one, or follow it to <a href=\"#words\">the list</a>.</p>\n</section>\n")
                .toString();
    }

    private String origin(Words words) {
        words.begin();
        StringBuilder out = new StringBuilder(
                "<section id=\"origin\" aria-labelledby=\"origin-h\"><h2 id=\"origin-h\">Where this comes from</h2>\n");
        vectors.forEach(vector -> out.append(VectorSection.facts(vector, words)));
        runs.forEach(run -> out.append(RunSection.facts(run, words)));
        out.append("<h3>Commands</h3>\n");
        runs.forEach(run -> {
            if (run.command() != null) {
                out.append("<p>")
                        .append(Html.escape(run.name()))
                        .append(":</p><pre>")
                        .append(Html.escape(run.command()))
                        .append("</pre>\n");
            }
        });
        out.append("<p>This page:</p>");
        commands.forEach(
                command -> out.append("<pre>").append(Html.escape(command)).append("</pre>\n"));
        return out.append("</section>\n").toString();
    }
}
