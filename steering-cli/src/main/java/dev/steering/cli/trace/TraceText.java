package dev.steering.cli.trace;

import dev.steering.apply.Decision;
import dev.steering.cli.terminal.Visible;
import dev.steering.extract.project.LogitLens;
import dev.steering.extract.trace.StreamTrace.Position;
import dev.steering.extract.trace.StreamTrace.State;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A trace as tables: tokens by layers, and what the last position reads as layer by layer. */
public final class TraceText {
    private static final int MOST_LAYERS = 8;
    private static final int TOKEN = 16;

    private final TracedPrompt traced;
    private final List<Integer> layers;

    /**
     * @param traced what came of it
     * @param wanted layers to show, none for as many as fit, evenly spaced with the last among them
     */
    public TraceText(TracedPrompt traced, List<Integer> wanted) {
        this.traced = traced;
        this.layers =
                wanted.isEmpty() ? spread(traced.unsteered().get(0).layers().size()) : List.copyOf(wanted);
    }

    private static List<Integer> spread(int layers) {
        List<Integer> shown = new ArrayList<>();
        int count = Math.min(layers, MOST_LAYERS);
        for (int i = 1; i <= count; i++) {
            shown.add(i * layers / count - 1);
        }
        return shown;
    }

    /** @param out where to */
    public void print(PrintWriter out) {
        TracedPrompt.Against against = traced.against();
        gates(out, against == null ? "gate" : "gate of the first", traced.decisions());
        if (against != null) {
            gates(out, "gate of the second", against.decisions());
            out.println("the second: " + against.words());
        }
        String answer = traced.answer();
        if (answer != null) {
            out.println("answer: " + Visible.token(answer));
        }
        boolean projected = traced.unsteered().get(0).layers().get(0).projection() != null;
        out.println();
        table(out, projected);
        State last =
                traced.unsteered().get(traced.unsteered().size() - 1).layers().get(0);
        if (!last.lens().isEmpty()) {
            lens(out);
        }
        out.flush();
    }

    private static void gates(PrintWriter out, String name, List<Decision> decisions) {
        decisions.forEach(decision -> out.printf(
                Locale.ROOT,
                "%s: score %.4f, %s%n",
                name,
                decision.score(),
                decision.harmful() ? "harmful" : "harmless"));
    }

    /** What the left number of a cell is of: without steering, but where two ways of steering are compared. */
    private List<Position> left() {
        List<Position> steered = traced.steered();
        return traced.against() == null || steered == null ? traced.unsteered() : steered;
    }

    private @Nullable List<Position> right() {
        TracedPrompt.Against against = traced.against();
        return against == null ? traced.steered() : against.positions();
    }

    private String settings() {
        return traced.against() != null
                ? ", the first > the second; * is steered by one of them"
                : traced.steered() == null ? "" : ", without steering > with it; * is steered";
    }

    private void table(PrintWriter out, boolean projected) {
        List<Position> steered = right();
        out.println((projected ? "projection on the direction" : "norm of the stream") + " after layer" + settings());
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%4s %7s  %-16s", "", "id", "token"));
        layers.forEach(layer -> head.append(String.format(Locale.ROOT, steered == null ? " %9s" : " %19s", layer)));
        out.println(head);
        for (int i = 0; i < left().size(); i++) {
            Position position = left().get(i);
            Position other = steered == null ? null : steered.get(i);
            StringBuilder row = new StringBuilder(String.format(
                    Locale.ROOT,
                    "%3d%s %7d  %-16s",
                    i,
                    (other != null && other.steered()) || position.steered() ? "*" : " ",
                    position.id(),
                    cut(Visible.token(position.text()))));
            for (int layer : layers) {
                double before = value(position.layers().get(layer), projected);
                row.append(
                        other == null
                                ? String.format(Locale.ROOT, " %9.2f", before)
                                : String.format(
                                        Locale.ROOT,
                                        " %8.2f > %8.2f",
                                        before,
                                        value(other.layers().get(layer), projected)));
            }
            out.println(row);
        }
    }

    private static String cut(String token) {
        return token.codePointCount(0, token.length()) <= TOKEN
                ? token
                : token.substring(0, token.offsetByCodePoints(0, TOKEN - 1)) + "\u2026";
    }

    private static double value(State state, boolean projected) {
        Double projection = state.projection();
        return projected && projection != null ? projection : state.norm();
    }

    private void lens(PrintWriter out) {
        int last = left().size() - 1;
        List<Position> steered = right();
        out.println();
        out.println("the last position reads as, layer by layer"
                + (traced.against() != null
                        ? ", the first > the second"
                        : steered == null ? "" : ", without steering > with it"));
        for (int layer = 0; layer < left().get(last).layers().size(); layer++) {
            out.println(String.format(Locale.ROOT, "%4d  %s", layer, words(left().get(last), layer))
                    + (steered == null ? "" : "  >  " + words(steered.get(last), layer)));
        }
    }

    private static String words(Position position, int layer) {
        return position.layers().get(layer).lens().stream()
                .map(LogitLens.Token::text)
                .map(text -> "'" + Visible.token(text) + "'")
                .collect(Collectors.joining(" "));
    }
}
