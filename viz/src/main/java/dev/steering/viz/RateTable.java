package dev.steering.viz;

import dev.steering.viz.RateChart.Rate;
import dev.steering.viz.RateChart.Series;
import dev.steering.viz.internal.ChartCsv;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Frame;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.MethodMark;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Picture;
import dev.steering.viz.internal.Sheet;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Blocks of rows: method, interval on a scale of 0 to 100 %, percentage and count. */
final class RateTable implements Picture {
    private static final int MARGIN = 14;
    private static final int ROW = 27;
    private static final int HEAD = 30;
    private static final int SCALE = 26;
    private static final int BETWEEN = 22;
    private static final double LEAST_SCALE = 150;
    private static final double MARK = 6;
    private static final double FULL = 100;

    private final List<Series> series;
    private final List<String> shown;
    private final List<MethodMark> marks;
    private final List<String> notes = new ArrayList<>();
    private final Frame frame;
    private final int columns;
    private final double blockWidth;
    private final double nameWidth;
    private final double labelWidth;
    private final List<String> kinds;

    RateTable(String title, String subtitle, String caption, List<Series> series, List<String> kinds) {
        this.series = series;
        this.kinds = kinds;
        this.marks = MethodMark.of(series.stream().map(Series::method).toList());
        this.frame = new Frame(title, subtitle, caption);
        this.shown = kinds.stream().filter(kind -> !isZero(kind)).toList();
        double width = Look.current().width() - 2.0 * MARGIN;
        this.nameWidth = Math.min(
                0.36 * width, widest(series.stream().map(Series::method).toList()) + 36);
        this.labelWidth = widest(labels()) + 12;
        double least = nameWidth + labelWidth + LEAST_SCALE;
        this.columns = Math.max(1, Math.min(shown.size(), (int) ((width + BETWEEN) / (least + BETWEEN))));
        this.blockWidth = (width - (columns - 1.0) * BETWEEN) / columns;
        kinds.stream().filter(kind -> !shown.contains(kind)).forEach(this::note);
    }

    /** A kind of which nothing is refused by anybody is said, not drawn; if all are like that, they are drawn. */
    private boolean isZero(String kind) {
        boolean all = series.stream().allMatch(s -> s.rates().values().stream().allMatch(rate -> rate.refused() == 0));
        return !all
                && series.stream()
                        .map(s -> s.rates().get(kind))
                        .filter(Objects::nonNull)
                        .allMatch(rate -> rate.refused() == 0);
    }

    private void note(String kind) {
        Rate largest = series.stream()
                .map(s -> s.rates().get(kind))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        String note = kind + ": no method refuses any of " + largest.n() + " (interval to "
                + ChartStyle.fixed(FULL * largest.high(), 1) + " %).";
        notes.addAll(Sheet.lines(
                VisibleText.plain(note, Sheet.PLAIN),
                Sheet.PLAIN,
                Look.current().width() - 2.0 * MARGIN));
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>(List.of("n/a"));
        series.forEach(s -> s.rates().values().forEach(rate -> labels.add(label(rate))));
        return labels;
    }

    private static String label(Rate rate) {
        return ChartStyle.fixed(FULL * rate.share(), 1) + " %  " + rate.refused() + "/" + rate.n();
    }

    private static double widest(List<String> texts) {
        return texts.stream()
                .mapToDouble(text -> Fonts.width(text, Sheet.PLAIN))
                .max()
                .orElse(0);
    }

    private double blockHeight() {
        return HEAD + series.size() * ROW + SCALE;
    }

    private double bottom() {
        int rows = (shown.size() + columns - 1) / columns;
        return frame.top()
                + rows * (blockHeight() + BETWEEN)
                - BETWEEN
                + (notes.isEmpty() ? 0 : Sheet.height(notes, Sheet.PLAIN) + BETWEEN / 2.0);
    }

    @Override
    public int height() {
        return frame.height(bottom());
    }

    @Override
    public void draw(Graphics2D g) {
        frame.draw(g, bottom());
        for (int i = 0; i < shown.size(); i++) {
            int line = i / columns;
            block(
                    g,
                    shown.get(i),
                    MARGIN + (i % columns) * (blockWidth + BETWEEN),
                    frame.top() + line * (blockHeight() + BETWEEN));
        }
        double y = bottom() - Sheet.height(notes, Sheet.PLAIN);
        for (int i = 0; i < notes.size(); i++) {
            Sheet.left(
                    g,
                    notes.get(i),
                    Sheet.PLAIN,
                    Palette.ink(),
                    MARGIN,
                    y + i * 1.35 * Look.SMALLEST,
                    1.35 * Look.SMALLEST);
        }
    }

    private void block(Graphics2D g, String kind, double left, double top) {
        double from = left + nameWidth;
        double to = left + blockWidth - labelWidth;
        String head = VisibleText.elide(VisibleText.plain(kind, Sheet.BOLD), Sheet.BOLD, blockWidth);
        Sheet.left(g, head, Sheet.BOLD, Palette.ink(), left, top, HEAD);
        double rows = top + HEAD;
        double end = rows + series.size() * ROW;
        g.setStroke(new BasicStroke(1));
        for (int percent : to - from > 200 ? new int[] {0, 25, 50, 75, 100} : new int[] {0, 50, 100}) {
            double x = from + (to - from) * percent / FULL;
            g.setPaint(Palette.grid());
            g.draw(new Line2D.Double(x, rows, x, end));
            Sheet.middle(
                    g,
                    percent == 100 ? "100 %" : Integer.toString(percent),
                    Sheet.PLAIN,
                    Palette.muted(),
                    x,
                    end,
                    SCALE);
        }
        for (int i = 0; i < series.size(); i++) {
            row(g, i, kind, left, rows + i * ROW, from, to);
        }
    }

    private void row(Graphics2D g, int i, String kind, double left, double y, double from, double to) {
        MethodMark mark = marks.get(i);
        double middle = y + ROW / 2.0;
        mark(g, mark, left + MARK + 2, middle);
        String name =
                VisibleText.elide(VisibleText.plain(series.get(i).method(), Sheet.PLAIN), Sheet.PLAIN, nameWidth - 34);
        Sheet.left(g, name, Sheet.PLAIN, Palette.ink(), left + 22, y, ROW);
        Rate rate = series.get(i).rates().get(kind);
        double end = left + blockWidth;
        if (rate == null) {
            Sheet.right(g, "n/a", Sheet.PLAIN, Palette.muted(), end, y, ROW);
            return;
        }
        double low = from + (to - from) * Math.max(0, rate.low());
        double high = from + (to - from) * Math.min(1, rate.high());
        g.setPaint(mark.color());
        g.setStroke(new BasicStroke(3));
        g.draw(new Line2D.Double(low, middle, high, middle));
        g.draw(new Line2D.Double(low, middle - 5, low, middle + 5));
        g.draw(new Line2D.Double(high, middle - 5, high, middle + 5));
        mark(g, mark, from + (to - from) * rate.share(), middle);
        Sheet.right(g, label(rate), Sheet.PLAIN, Palette.ink(), end, y, ROW);
    }

    private static void mark(Graphics2D g, MethodMark mark, double x, double y) {
        g.setPaint(mark.color());
        g.fill(AffineTransform.getTranslateInstance(x, y).createTransformedShape(mark.shape(MARK)));
    }

    @Override
    public String csv() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("row", "kind", "refused", "n", "share", "low", "high"));
        for (Series one : series) {
            for (String kind : kinds) {
                Rate rate = one.rates().get(kind);
                if (rate != null) {
                    rows.add(List.of(
                            one.method(),
                            kind,
                            Integer.toString(rate.refused()),
                            Integer.toString(rate.n()),
                            ChartCsv.number(rate.share()),
                            ChartCsv.number(rate.low()),
                            ChartCsv.number(rate.high())));
                }
            }
        }
        return ChartCsv.of(rows);
    }
}
