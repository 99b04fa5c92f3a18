package dev.steering.viz.page;

import dev.steering.core.page.Html;
import dev.steering.core.page.PageShell;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One text under the microscope as a page: a grid of layers by tokens for each setting, coloured by the projection on the direction, with what
 * each state reads as. It runs nothing and loads nothing, shows tokens as text alone, and the same input gives the same bytes. Immutable and
 * thread-safe.
 *
 * @param title what it is about
 * @param facts what else is to be known, by name
 * @param grids the settings, one below the other; at least one
 * @param madeBy program and version
 */
public record TracePage(String title, Map<String, String> facts, List<TraceGrid> grids, String madeBy) {
    private static final int STEPS = 5;

    /** @throws IllegalArgumentException if there is no grid */
    public TracePage {
        grids = List.copyOf(grids);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        if (grids.isEmpty()) {
            throw new IllegalArgumentException("a trace needs at least one setting");
        }
    }

    /**
     * One setting.
     *
     * @param name such as {@code without steering}
     * @param tokens the text's tokens, in order, each with as many layers
     */
    public record TraceGrid(String name, List<TracedToken> tokens) {
        public TraceGrid {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * One token.
     *
     * @param position 0-based place in the text
     * @param id token id
     * @param text the token decoded on its own
     * @param steered whether anything is done there
     * @param layers its states, one for each layer
     */
    public record TracedToken(int position, int id, String text, boolean steered, List<TracedState> layers) {
        public TracedToken {
            layers = List.copyOf(layers);
        }
    }

    /**
     * One state.
     *
     * @param norm its Euclidean norm
     * @param projection dot product with the layer's unit direction; null if there is none
     * @param readsAs what it reads as, best first; empty if nobody asked
     */
    public record TracedState(double norm, @Nullable Double projection, List<String> readsAs) {
        public TracedState {
            readsAs = List.copyOf(readsAs);
        }
    }

    /** @return the document, to be stored as UTF-8 */
    public String html() {
        StringBuilder body =
                new StringBuilder("<header><h1>" + Html.escape(title) + "</h1></header>\n<main>\n<dl class=\"facts\">");
        facts.forEach((name, value) -> body.append(RunSection.fact(name, value)));
        body.append(
                "</dl>\n<p class=\"muted\">Columns: tokens as the model got them. Rows: layers, the last on top. A cell has the token that the state reads as after that"
                        + " layer (final norm and vocabulary head) and its projection on the layer's unit direction: orange towards it, blue against it, relative to the"
                        + " largest of the layer in all grids. Outlined: positions that are steered." + read()
                        + " What is wider than the screen moves sideways in its frame.</p>\n");
        grids.forEach(grid -> body.append(html(grid)));
        body.append("</main>\n<footer><p class=\"muted\">Made by ")
                .append(Html.escape(madeBy))
                .append(".</p></footer>\n");
        return PageShell.still(
                title, PageShell.resource(PageShell.STYLE) + PageShell.resource("trace.css"), body.toString());
    }

    /** Reading a state through the vocabulary head costs as much as writing a token, so that few are. */
    private String read() {
        List<TracedToken> tokens = grids.get(0).tokens();
        long read = tokens.stream()
                .filter(token -> token.layers().stream()
                        .anyMatch(state -> !state.readsAs().isEmpty()))
                .count();
        return read == tokens.size()
                ? ""
                : read == 0
                        ? " No state was read as a token."
                        : " Only the last " + read + " of " + tokens.size() + " tokens were read so.";
    }

    private String html(TraceGrid grid) {
        StringBuilder out = new StringBuilder("<h2>" + Html.escape(grid.name())
                + "</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Layers by tokens, "
                + Html.escape(grid.name()) + "\"><table class=\"grid\"><thead><tr><td></td>");
        for (TracedToken token : grid.tokens()) {
            out.append(token.steered() ? "<th scope=\"col\" class=\"steered\">" : "<th scope=\"col\">")
                    .append("<bdi>")
                    .append(Html.token(token.text()))
                    .append("</bdi><br><span class=\"muted\">")
                    .append(token.position())
                    .append(": ")
                    .append(token.id())
                    .append("</span></th>");
        }
        out.append("</tr></thead><tbody>\n");
        for (int layer = layers() - 1; layer >= 0; layer--) {
            double most = most(layer);
            out.append("<tr><th scope=\"row\">layer ").append(layer).append("</th>");
            for (TracedToken token : grid.tokens()) {
                out.append(cell(token, layer, most));
            }
            out.append("</tr>\n");
        }
        return out.append("</tbody></table></div>\n").toString();
    }

    private static String cell(TracedToken token, int layer, double most) {
        TracedState state = token.layers().get(layer);
        Double projection = state.projection();
        String kind = (projection == null ? "" : shade(projection, most)) + (token.steered() ? " steered" : "");
        String title = String.format(
                Locale.ROOT,
                "layer %d, token %d: norm %.4g%s",
                layer,
                token.position(),
                state.norm(),
                state.readsAs().isEmpty() ? "" : "; reads as " + String.join(" | ", state.readsAs()));
        return "<td class=\"" + kind.strip() + "\" title=\"" + Html.escape(title) + "\">"
                + (state.readsAs().isEmpty()
                        ? ""
                        : "<bdi>" + Html.token(state.readsAs().get(0)) + "</bdi>")
                + (projection == null ? "" : "<small>" + String.format(Locale.ROOT, "%.2f", projection) + "</small>")
                + "</td>";
    }

    private static String shade(double projection, double most) {
        long step = most == 0 ? 0 : Math.round(STEPS * Math.abs(projection) / most);
        return step == 0 ? "" : (projection > 0 ? "p" : "m") + step;
    }

    private int layers() {
        return grids.get(0).tokens().isEmpty()
                ? 0
                : grids.get(0).tokens().get(0).layers().size();
    }

    private double most(int layer) {
        return grids.stream()
                .flatMap(grid -> grid.tokens().stream())
                .map(token -> token.layers().get(layer).projection())
                .filter(Objects::nonNull)
                .mapToDouble(Math::abs)
                .max()
                .orElse(0);
    }
}
