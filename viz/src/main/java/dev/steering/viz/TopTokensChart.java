package dev.steering.viz;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.Projection.TokenScore;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartCsv;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Frame;
import dev.steering.viz.internal.LayerRun;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Picture;
import dev.steering.viz.internal.Sheet;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A table: the tokens that each segment's and each layer's direction points to. Of many layers some are left out, the chosen ones never. */
final class TopTokensChart implements Picture {
    static final String NAME = "top-tokens";
    static final String TITLE = "Which tokens does the direction point to?";
    /** Layers that a picture has a row for, unless more are chosen. */
    static final int MOST_LAYERS = 32;

    private static final int MARGIN = 14;
    private static final int ROW = 30;
    private static final int HEAD = 34;
    private static final int GAP = 20;
    private static final double NARROWEST = 72;
    private static final double WIDEST = 250;
    private static final int MOST_COLUMNS = 10;

    private final Anchoring anchoring;
    private final List<Row> rows;
    private final Frame frame;
    private final double tokensX;
    private final List<Double> widths = new ArrayList<>();

    /** A line of the table: a segment's or a layer's. */
    record Row(String label, boolean segment, boolean chosen, Projection projection) {}

    TopTokensChart(SteeringVector vector, Anchoring anchoring) {
        this.anchoring = anchoring;
        this.rows = rows(anchoring).stream().filter(shown(anchoring)).toList();
        double labels = rows.stream()
                .mapToDouble(row -> Fonts.width(row.label, Sheet.BOLD))
                .max()
                .orElse(0);
        this.tokensX = MARGIN
                + 26
                + Math.max(labels, Fonts.width("layers", Sheet.BOLD))
                + 16
                + Fonts.width("refusal", Sheet.BOLD)
                + 22;
        columns();
        this.frame = new Frame(TITLE, ChartStyle.subtitle(vector), caption());
    }

    static Chart chart(SteeringVector vector, Anchoring anchoring) {
        return Chart.drawn(NAME, TITLE, () -> new TopTokensChart(vector, anchoring));
    }

    /** @return the segments' rows, then the layers' */
    static List<Row> rows(Anchoring anchoring) {
        List<Row> rows = new ArrayList<>();
        for (Projection p : anchoring.segments()) {
            rows.add(new Row(new LayerRun(p.firstLayer(), p.lastLayer()).text(), true, false, p));
        }
        for (Projection p : anchoring.layers()) {
            boolean chosen = anchoring.steeringLayers().contains(p.firstLayer());
            rows.add(new Row(Integer.toString(p.firstLayer()), false, chosen, p));
        }
        return rows;
    }

    private static java.util.function.Predicate<Row> shown(Anchoring anchoring) {
        int layers = anchoring.layers().size();
        Set<Integer> wanted = new TreeSet<>(anchoring.steeringLayers());
        int free = Math.max(2, MOST_LAYERS - wanted.size());
        for (int i = 0; i < Math.min(free, layers); i++) {
            wanted.add(layers <= MOST_LAYERS ? i : (int) Math.round((double) i * (layers - 1) / (free - 1)));
        }
        return row -> row.segment || layers <= MOST_LAYERS || wanted.contains(row.projection.firstLayer());
    }

    /** As many columns as there is room for, each as wide as what is in it; what is left over goes to those that would cut a token off. */
    private void columns() {
        double room = Look.current().width() - MARGIN - tokensX;
        double widest = Look.current().isNarrow() ? WIDEST / 2 : WIDEST;
        int most = rows.stream()
                .mapToInt(r -> r.projection.topTokens().size())
                .max()
                .orElse(1);
        List<Double> wanted = new ArrayList<>();
        for (int c = 0; c < Math.min(most, MOST_COLUMNS); c++) {
            double needed = needed(c);
            double taken = Math.min(widest, needed);
            if (taken > room && !widths.isEmpty()) {
                break;
            }
            wanted.add(needed);
            widths.add(Math.min(taken, room));
            room -= taken;
        }
        for (int c = 0; c < widths.size() && room > 0; c++) {
            double more = Math.min(room, wanted.get(c) - widths.get(c));
            widths.set(c, widths.get(c) + more);
            room -= more;
        }
    }

    private double needed(int column) {
        return rows.stream()
                .filter(row -> column < row.projection.topTokens().size())
                .map(row ->
                        VisibleText.token(row.projection.topTokens().get(column).text(), Sheet.BOLD))
                .mapToDouble(text -> Fonts.width(text, Sheet.BOLD) + GAP)
                .reduce(NARROWEST, Math::max);
    }

    @Override
    public int height() {
        return frame.height(bottom());
    }

    private double bottom() {
        return frame.top() + HEAD + rows.size() * ROW + ROW / 2.0;
    }

    @Override
    public void draw(Graphics2D g) {
        frame.draw(g, bottom());
        header(g);
        double y = frame.top() + HEAD;
        boolean inSegments = true;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (inSegments && !row.segment) {
                y += ROW / 2.0;
                rule(g, y - ROW / 4.0);
                inSegments = false;
            }
            background(g, row, i, y);
            row(g, row, y);
            y += ROW;
        }
    }

    private void header(Graphics2D g) {
        double y = frame.top();
        Sheet.left(g, "layers", Sheet.BOLD, Palette.ink(), MARGIN + 26, y, HEAD - 6);
        Sheet.right(g, "refusal", Sheet.BOLD, Palette.ink(), tokensX - 22, y, HEAD - 6);
        double x = tokensX;
        for (int c = 0; c < widths.size(); c++) {
            Sheet.left(g, c == 0 ? "best" : Integer.toString(c + 1), Sheet.BOLD, Palette.ink(), x, y, HEAD - 6);
            x += widths.get(c);
        }
        rule(g, y + HEAD - 4);
    }

    private static void background(Graphics2D g, Row row, int index, double y) {
        if (row.chosen || index % 2 == 1) {
            g.setPaint(row.chosen ? Palette.shade() : Palette.stripe());
            g.fill(new Rectangle2D.Double(MARGIN, y, Look.current().width() - 2.0 * MARGIN, ROW));
        }
    }

    private void row(Graphics2D g, Row row, double y) {
        if (row.chosen) {
            Sheet.left(g, "\u25B6", Sheet.PLAIN, Palette.vermillion(), MARGIN + 5, y, ROW);
        }
        Sheet.left(g, row.label, row.chosen ? Sheet.BOLD : Sheet.PLAIN, Palette.ink(), MARGIN + 26, y, ROW);
        Sheet.right(
                g,
                ChartStyle.fixed(row.projection.refusalScore(), 2),
                Sheet.PLAIN,
                Palette.ink(),
                tokensX - 22,
                y,
                ROW);
        List<TokenScore> tokens = row.projection.topTokens();
        double x = tokensX;
        for (int c = 0; c < Math.min(widths.size(), tokens.size()); c++) {
            token(g, tokens.get(c), x, y, widths.get(c) - GAP + 4);
            x += widths.get(c);
        }
    }

    private static void token(Graphics2D g, TokenScore token, double x, double y, double room) {
        java.awt.Font font = token.refusal() ? Sheet.BOLD : Sheet.PLAIN;
        String text = VisibleText.elide(VisibleText.token(token.text(), font), font, room);
        if (token.refusal()) {
            RoundRectangle2D box =
                    new RoundRectangle2D.Double(x - 6, y + 3, Fonts.width(text, font) + 12, ROW - 6.0, 8, 8);
            g.setPaint(Palette.refusal());
            g.fill(box);
            g.setPaint(Palette.vermillion());
            g.setStroke(new BasicStroke(1.5f));
            g.draw(box);
        }
        Sheet.left(g, text, font, Palette.ink(), x, y, ROW);
    }

    private String caption() {
        String cut = anchoring.topK() > widths.size()
                ? "First " + widths.size() + " of " + anchoring.topK() + " tokens. "
                : "";
        long layers = rows.stream().filter(row -> !row.segment).count();
        String some = layers < anchoring.layers().size()
                ? layers + " of " + anchoring.layers().size() + " layers; the CSV has all. "
                : "";
        String marks = Stream.of(" ", "\n")
                .map(s -> VisibleText.token(s, Sheet.PLAIN))
                .reduce((a, b) -> a + " space, " + b)
                .orElse("");
        return "Above the line: segments. Boxed: refusal token. Refusal: their share of the top " + anchoring.topK()
                + ". " + cut + some + "\u25B6 chosen layer. " + marks + " line end.";
    }

    private static void rule(Graphics2D g, double y) {
        g.setPaint(Palette.muted());
        g.setStroke(new BasicStroke(1.5f));
        g.draw(new Line2D.Double(MARGIN, y, Look.current().width() - (double) MARGIN, y));
    }

    @Override
    public String csv() {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of(
                "row",
                "first layer",
                "last layer",
                "chosen",
                "refusal score",
                "rank",
                "token id",
                "token",
                "score",
                "refusal token"));
        for (Row row : rows(anchoring)) {
            int rank = 1;
            for (TokenScore token : row.projection.topTokens()) {
                table.add(List.of(
                        row.segment ? "segment" : "layer",
                        Integer.toString(row.projection.firstLayer()),
                        Integer.toString(row.projection.lastLayer()),
                        Boolean.toString(row.chosen),
                        ChartCsv.number(row.projection.refusalScore()),
                        Integer.toString(rank++),
                        Integer.toString(token.id()),
                        token.text(),
                        ChartCsv.number(token.score()),
                        Boolean.toString(token.refusal())));
            }
        }
        return ChartCsv.of(table);
    }
}
