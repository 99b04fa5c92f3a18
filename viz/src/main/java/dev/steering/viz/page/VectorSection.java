package dev.steering.viz.page;

import dev.steering.core.page.Html;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateText;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.Chart;
import dev.steering.viz.LayerCharts;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One vector: its charts, its layers as a table, what its layers read as, its certificate. */
final class VectorSection {
    /** The chart that is a table, which a page has as a table. */
    private static final String TABLE = "top-tokens";

    /** What to look for in a chart, by its name. */
    private static final Map<String, String> CAPTIONS = Map.ofEntries(
            Map.entry(
                    "refusal-score",
                    "High bars: there the direction stands for refusal tokens (read through the vocabulary head), layer by layer and for"
                            + " each segment. The marked layers are those that are steered."),
            Map.entry(
                    "direction-norm",
                    "Norm of the direction beside that of the activations: how large a push with alpha 1 is (raw)."),
            Map.entry(
                    "cosine-between-layers",
                    "Layers whose directions have a high cosine share one direction; low ones hold something else."),
            Map.entry(
                    "separability",
                    "Separability of harmful and harmless prompts, in spreads, and the AUC of the gate's score at each layer."),
            Map.entry(
                    "reliability",
                    "Upper: the cosine with the direction that all prompts of this kind would give; the closer to 1, the surer. Lower:"
                            + " against chance, prompts whose labels were exchanged at random; above the line is better than chance."),
            Map.entry(
                    "held-out",
                    "How well the direction of some prompts tells others apart, which were held out: AUC, and the distance in spreads"
                            + " (Cohen's d)."),
            Map.entry(
                    "selection-score",
                    "Where the direction was searched, layers by token positions: the lower, the fewer answers begin with refusal tokens when it"
                            + " is taken out."),
            Map.entry(
                    "selection-divergence",
                    "What each candidate changes on harmless prompts (KL): the lower, the less else is disturbed."),
            Map.entry("selection-induced", "How strongly each candidate makes harmless prompts be refused when it is added: the more, the surer that it is refusal."));

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 720;

    private VectorSection() {}

    static String id(int index) {
        return "vector-" + index;
    }

    static String html(ReportedVector reported, int index, Words words) {
        words.begin();
        SteeringVector vector = reported.vector();
        String id = id(index);
        StringBuilder out = new StringBuilder("<section id=\"" + id + "\" aria-labelledby=\"" + id + "-h\">\n<h2 id=\""
                + id + "-h\">Vector: " + Html.escape(reported.name()) + "</h2>\n");
        List<Chart> charts = LayerCharts.of(vector).all();
        for (int i = 0; i < charts.size(); i++) {
            if (charts.get(i).name().equals(TABLE)) {
                continue;
            }
            Chart chart = charts.get(i).withSize(WIDTH, HEIGHT);
            out.append("<figure><div class=\"drawn\" tabindex=\"0\" role=\"region\" aria-label=\"")
                    .append(Html.escape(chart.title() + " " + reported.name()))
                    .append("\">")
                    .append(InlineSvg.of(chart, id + "-c" + i + "-"))
                    .append("</div><figcaption>")
                    .append(words.explained(CAPTIONS.getOrDefault(chart.name(), chart.title())))
                    .append(
                            "<span class=\"sideways\">The chart is wider than the screen: move it sideways.</span></figcaption></figure>\n");
        }
        if (vector.statistics() != null || vector.anchoring() != null) {
            out.append(layers(reported, id, words));
        }
        if (vector.anchoring() != null) {
            out.append(tokens(reported.name(), vector.anchoring(), words));
        }
        return out.append(certificate(vector, words)).append("</section>\n").toString();
    }

    private static String layers(ReportedVector reported, String id, Words words) {
        SteeringVector vector = reported.vector();
        Anchoring anchoring = vector.anchoring();
        List<LayerStatistics> statistics = vector.statistics();
        StringBuilder out = new StringBuilder(
                "<h3>Layer by layer</h3>\n<figure class=\"alive interactive\" data-role=\"layers\" data-table=\"" + id
                        + "-layers\" hidden><div class=\"controls\"><label>Curve of <select></select></label></div>"
                        + "<div class=\"live\" data-role=\"live\" role=\"img\" aria-label=\"The chosen column over the layers; the table below"
                        + " has the numbers\"></div><p class=\"readout\" data-role=\"readout\"></p></figure>\n<p class=\"muted\">"
                        + words.explained("Marked: the layers that are steered. Separability: distance of the classes in spreads. Sure: 90 %"
                                + " interval of the cosine with the direction that all such prompts would give."
                                + " Chance: share of exchanged labels that give as much. Refusal score: share of refusal tokens. AUC: of prompts"
                                + " that were held out.")
                        + "</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Layers, "
                        + Html.escape(reported.name())
                        + "\"><table class=\"sortable\" id=\"" + id
                        + "-layers\"><thead><tr><th scope=\"col\" class=\"n\">layer</th>"
                        + "<th scope=\"col\">steered</th><th scope=\"col\" class=\"n\">norm</th><th scope=\"col\" class=\"n\">of the activations</th>"
                        + "<th scope=\"col\" class=\"n\">separability</th><th scope=\"col\" class=\"n\">sure from</th><th scope=\"col\" class=\"n\">sure to</th><th scope=\"col\" class=\"n\">AUC, held out</th>"
                        + "<th scope=\"col\" class=\"n\">chance</th><th scope=\"col\" class=\"n\">refusal score</th></tr></thead><tbody>\n");
        for (int layer = 0; layer < vector.layers(); layer++) {
            boolean steered = anchoring != null && anchoring.steeringLayers().contains(layer);
            LayerStatistics one = statistics == null ? null : statistics.get(layer);
            LayerReliability sure = one == null ? null : one.reliability();
            out.append(steered ? "<tr class=\"chosen\">" : "<tr>")
                    .append("<th scope=\"row\" class=\"n\" data-value=\"")
                    .append(layer)
                    .append("\">")
                    .append(layer)
                    .append("</th><td>")
                    .append(steered ? "yes" : "")
                    .append("</td>");
            out.append(Html.cell(one == null ? Double.NaN : one.directionNorm(), "%.3g"));
            out.append(Html.cell(one == null ? Double.NaN : 100 * one.relativeNorm(), "%.1f %%"));
            out.append(Html.cell(one == null ? Double.NaN : one.separability(), "%.2f"));
            out.append(Html.cell(sure == null ? Double.NaN : sure.cosine().low(), "%.3f"));
            out.append(Html.cell(sure == null ? Double.NaN : sure.cosine().high(), "%.3f"));
            out.append(Html.cell(sure == null ? Double.NaN : sure.auc(), "%.3f"));
            out.append(Html.cell(sure == null ? Double.NaN : sure.control().chance(), "%.3f"));
            out.append(Html.cell(
                    anchoring == null
                            ? Double.NaN
                            : anchoring.layers().get(layer).refusalScore(),
                    "%.3f"));
            out.append("</tr>\n");
        }
        return out.append("</tbody></table></div>\n").toString();
    }

    private static String tokens(String name, Anchoring anchoring, Words words) {
        StringBuilder out = new StringBuilder(
                "<h3>What each layer's direction reads as</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Top tokens, "
                        + Html.escape(name) + "\"><table class=\"tokens\"><caption>"
                        + words.explained(
                                "Tokens of the vocabulary that the direction points to most, highest first; marked and bold: refusal tokens.")
                        + "</caption><tbody>\n");
        for (Projection layer : anchoring.layers()) {
            out.append(anchoring.steeringLayers().contains(layer.firstLayer()) ? "<tr class=\"chosen\">" : "<tr>")
                    .append("<th scope=\"row\" class=\"n\">layer ")
                    .append(layer.firstLayer())
                    .append("</th>");
            for (Projection.TokenScore token : layer.topTokens()) {
                out.append(token.refusal() ? "<td class=\"refusal\" title=\"" : "<td title=\"")
                        .append(String.format(
                                Locale.ROOT,
                                "token %d, %.3f%s",
                                token.id(),
                                token.score(),
                                token.refusal() ? ", refusal token" : ""))
                        .append("\"><bdi>")
                        .append(Html.token(token.text()))
                        .append("</bdi></td>");
            }
            out.append("</tr>\n");
        }
        return out.append("</tbody></table></div>\n").toString();
    }

    private static String certificate(SteeringVector vector, Words words) {
        Certificate certificate = vector.certificate();
        StringBuilder out = new StringBuilder("<h3>Certificate</h3>\n");
        if (certificate == null) {
            return out.append("<p>None: the file holds no measurement of what it does.</p>\n")
                    .toString();
        }
        String difference = certificate.vectorDifference(vector.contentHash());
        if (difference != null) {
            out.append("<p class=\"warning\">Not of these numbers: ")
                    .append(Html.escape(difference))
                    .append("</p>\n");
        }
        CertificateText.warnings(certificate).forEach(warning -> out.append("<p class=\"warning\">")
                .append(Html.escape(warning))
                .append("</p>\n"));
        out.append("<p>")
                .append(words.explained(CertificateText.setting(certificate)))
                .append("</p>\n<ul>");
        CertificateText.figures(certificate)
                .forEach(line -> out.append("<li>").append(words.explained(line)).append("</li>"));
        certificate
                .notes()
                .forEach(note -> out.append("<li>").append(Html.escape(note)).append("</li>"));
        out.append("</ul>\n");
        certificate.commands().forEach(command -> out.append("<pre>")
                .append(Html.escape(command))
                .append("</pre>\n"));
        return out.toString();
    }

    static String facts(ReportedVector reported, Words words) {
        Provenance origin = reported.vector().provenance();
        String fingerprint = origin.modelFingerprint();
        StringBuilder out = new StringBuilder("<h3>" + Html.escape(reported.name()) + "</h3>\n<dl class=\"facts\">");
        out.append(RunSection.fact(
                "model", origin.modelName() + (fingerprint == null ? "" : ", fingerprint " + fingerprint)));
        out.append(RunSection.explained(
                "extracted",
                origin.method() + ", token " + origin.tokenSelector() + ", template " + origin.template() + ", seed "
                        + origin.seed(),
                words));
        if (reported.vector().prompts() != null) {
            out.append(RunSection.fact(
                    "from",
                    reported.vector().requirePrompts().harmful().size() + " harmful and "
                            + reported.vector().requirePrompts().harmless().size() + " harmless prompts"));
        }
        out.append(RunSection.explained(
                "sizes",
                reported.vector().layers() + " layers, hidden size "
                        + reported.vector().hidden(),
                words));
        Anchoring anchoring = reported.vector().anchoring();
        OperatingPoint point = anchoring == null ? null : anchoring.operatingPoint();
        if (point != null) {
            out.append(RunSection.explained("setting chosen by", point.rule() + "; judge: " + point.judge(), words));
        }
        out.append(RunSection.fact("numbers", "SHA-256 " + reported.vector().contentHash()));
        for (Map.Entry<String, String> version : origin.versions().entrySet()) {
            out.append(RunSection.fact(version.getKey(), version.getValue()));
        }
        return out.append("</dl>\n").toString();
    }
}
