package dev.steering.viz;

import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.Projection.TokenScore;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.LineMetrics;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A table: the tokens that each segment's and each layer's direction points to. */
final class TopTokensChart {
    static final String NAME = "top-tokens";
    static final String TITLE = "Which tokens does the direction point to?";

    private static final int MARGIN = 40;
    private static final int TOP = 168;
    private static final int ROW = 34;
    private static final int FOOT = 64;
    private static final int TOKENS_X = 270;
    private static final int COLUMNS = 10;
    private static final int WIDEST = 260;
    private static final Font PLAIN = Fonts.regular(17);
    private static final Font BOLD = Fonts.bold(17);
    private static final Color REFUSAL_FILL = new Color(0xFC, 0xE3, 0xD3);
    private static final Color STRIPE = new Color(0xF4, 0xF4, 0xF4);

    private final SteeringVector vector;
    private final Anchoring anchoring;
    private final List<Row> rows;
    private final int columns;

    /** A line of the table: a segment's or a layer's. */
    record Row(String label, boolean segment, boolean chosen, Projection projection) {}

    TopTokensChart(SteeringVector vector, Anchoring anchoring) {
        this.vector = vector;
        this.anchoring = anchoring;
        this.rows = rows(anchoring);
        int most = rows.stream()
                .mapToInt(r -> r.projection.topTokens().size())
                .max()
                .orElse(1);
        this.columns = Math.max(1, Math.min(COLUMNS, most));
    }

    static Chart chart(SteeringVector vector, Anchoring anchoring) {
        TopTokensChart table = new TopTokensChart(vector, anchoring);
        return new Chart(NAME, TITLE, ChartStyle.WIDTH, table.height(), table::draw);
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

    private int height() {
        return TOP + (rows.size() + 1) * ROW + FOOT;
    }

    private void draw(Graphics2D g) {
        centred(g, TITLE, ChartStyle.TITLE, Palette.INK, 26, 40);
        centred(g, ChartStyle.subtitle(vector), ChartStyle.SUBTITLE, Palette.MUTED, 70, 28);
        header(g);
        int y = TOP;
        boolean inSegments = true;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (inSegments && !row.segment) {
                y += ROW / 2;
                rule(g, y - ROW / 4);
                inSegments = false;
            }
            background(g, row, i, y);
            row(g, row, y);
            y += ROW;
        }
        centred(g, caption(), ChartStyle.CAPTION, Palette.MUTED, height() - FOOT + 10, 34);
    }

    private void header(Graphics2D g) {
        int y = TOP - ROW - 8;
        left(g, "layers", BOLD, Palette.INK, MARGIN + 34, y);
        right(g, "refusal", BOLD, Palette.INK, TOKENS_X - 24, y);
        for (int c = 0; c < columns; c++) {
            left(g, c == 0 ? "1 (best)" : Integer.toString(c + 1), BOLD, Palette.INK, tokenX(c), y);
        }
        rule(g, TOP - 4);
    }

    private static void background(Graphics2D g, Row row, int index, int y) {
        if (row.chosen || index % 2 == 1) {
            g.setPaint(row.chosen ? Palette.SHADE : STRIPE);
            g.fill(new Rectangle2D.Double(MARGIN, y, ChartStyle.WIDTH - 2.0 * MARGIN, ROW));
        }
    }

    private void row(Graphics2D g, Row row, int y) {
        if (row.chosen) {
            left(g, "\u25B6", PLAIN, Palette.VERMILLION, MARGIN + 8, y);
        }
        left(g, row.label, row.chosen ? BOLD : PLAIN, Palette.INK, MARGIN + 34, y);
        right(g, ChartStyle.fixed(row.projection.refusalScore(), 2), PLAIN, Palette.INK, TOKENS_X - 24, y);
        List<TokenScore> tokens = row.projection.topTokens();
        for (int c = 0; c < Math.min(columns, tokens.size()); c++) {
            token(g, tokens.get(c), tokenX(c), y);
        }
    }

    private void token(Graphics2D g, TokenScore token, double x, int y) {
        Font font = token.refusal() ? BOLD : PLAIN;
        String text = VisibleText.elide(VisibleText.token(token.text(), font), font, columnWidth() - 18);
        if (token.refusal()) {
            RoundRectangle2D box =
                    new RoundRectangle2D.Double(x - 6, y + 3, Fonts.width(text, font) + 12, ROW - 6.0, 8, 8);
            g.setPaint(REFUSAL_FILL);
            g.fill(box);
            g.setPaint(Palette.VERMILLION);
            g.setStroke(new BasicStroke(1.5f));
            g.draw(box);
        }
        left(g, text, font, Palette.INK, x, y);
    }

    private String caption() {
        String cut = anchoring.topK() > columns ? "First " + columns + " of " + anchoring.topK() + " tokens. " : "";
        String marks = Stream.of(" ", "\n")
                .map(s -> VisibleText.token(s, PLAIN))
                .reduce((a, b) -> a + " space, " + b)
                .orElse("");
        return "Above the line: segments. Boxed: refusal token. Refusal: their share of the top " + anchoring.topK()
                + ". " + cut + "\u25B6 chosen layer. " + marks + " line end.";
    }

    private double tokenX(int column) {
        return TOKENS_X + column * columnWidth();
    }

    private double columnWidth() {
        return Math.min(WIDEST, (ChartStyle.WIDTH - MARGIN - TOKENS_X) / (double) columns);
    }

    private static void rule(Graphics2D g, int y) {
        g.setPaint(Palette.MUTED);
        g.setStroke(new BasicStroke(1.5f));
        g.draw(new Line2D.Double(MARGIN, y, ChartStyle.WIDTH - (double) MARGIN, y));
    }

    private static void left(Graphics2D g, String text, Font font, Color color, double x, double y) {
        text(g, text, font, color, x, y, ROW);
    }

    private static void right(Graphics2D g, String text, Font font, Color color, double x, double y) {
        text(g, text, font, color, x - Fonts.width(text, font), y, ROW);
    }

    private static void centred(Graphics2D g, String text, Font font, Color color, double y, double height) {
        text(g, text, font, color, (ChartStyle.WIDTH - Fonts.width(text, font)) / 2, y, height);
    }

    private static void text(Graphics2D g, String text, Font font, Color color, double x, double y, double height) {
        LineMetrics metrics = font.getLineMetrics(text, Fonts.CONTEXT);
        g.setFont(font);
        g.setPaint(color);
        g.drawString(text, (float) x, (float) (y + (height + metrics.getAscent() - metrics.getDescent()) / 2));
    }
}
