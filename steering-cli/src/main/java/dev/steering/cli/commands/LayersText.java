package dev.steering.cli.commands;

import dev.steering.cli.terminal.LayerStrip;
import dev.steering.cli.terminal.Visible;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerEvidence;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.VectorQuality;
import dev.steering.extract.anchor.LayerAnchoring;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** What anchoring found, a line a layer, with strips of what the choice rests on. */
final class LayersText {
    private static final int TOKENS_SHOWN = 8;

    private LayersText() {}

    static void print(PrintWriter out, LayerAnchoring.Result result) {
        Anchoring anchoring = result.anchoring();
        Calibration calibration = anchoring.calibration();
        out.println("refusal tokens: "
                + String.join(
                        " ",
                        anchoring.refusalTokens().stream().map(Visible::token).toList()));
        out.printf(Locale.ROOT, "%9s  %-7s  %-7s  %s%n", "layer", "refusal", "AUC", "top tokens (* refusal)");
        for (Projection p : anchoring.layers()) {
            row(
                    out,
                    p,
                    String.format(Locale.ROOT, "%.3f", calibration.layerAuc().get(p.firstLayer())));
        }
        for (Projection p : anchoring.segments()) {
            row(out, p, "");
        }
        LayerStrip.print(
                out,
                "refusal",
                anchoring.layers().stream().map(Projection::refusalScore).toList());
        LayerStrip.print(out, "AUC", calibration.layerAuc());
        out.println(LayerStrip.marks(anchoring.layers().size(), anchoring.steeringLayers()));
        LayerEvidence evidence = anchoring.evidence();
        Double chance = evidence == null ? null : evidence.chance();
        out.println("safety-critical: " + result.layers().reason()
                + (chance == null ? "" : String.format(Locale.ROOT, "; p = %.3g by chance", chance)));
        out.printf(
                Locale.ROOT,
                "steer layers %s, alpha %s (%s); classify at layers %s%n",
                LayerList.format(anchoring.steeringLayers()),
                anchoring.alpha(),
                anchoring.scale().name().toLowerCase(Locale.ROOT),
                LayerList.format(calibration.classifierLayers()));
        out.printf(
                Locale.ROOT,
                "threshold %.4f, AUC %s, harmful found %.1f %%, harmless passed %.1f %% (%s: %d harmful, %d harmless)%n",
                calibration.threshold(),
                VectorQuality.area(calibration),
                100 * calibration.harmfulFound(),
                100 * calibration.harmlessPassed(),
                calibration.source(),
                calibration.harmful(),
                calibration.harmless());
    }

    private static void row(PrintWriter out, Projection p, String auc) {
        String range = p.firstLayer() == p.lastLayer() ? "" + p.firstLayer() : p.firstLayer() + "-" + p.lastLayer();
        String tokens = p.topTokens().stream()
                .limit(TOKENS_SHOWN)
                .map(t -> Visible.token(t.text()) + (t.refusal() ? "*" : ""))
                .collect(Collectors.joining(" "));
        out.printf(Locale.ROOT, "%9s  %-7.3f  %-7s  %s%n", range, p.refusalScore(), auc, tokens);
    }
}
