package dev.steering.viz;

import dev.steering.viz.internal.ChartCsv;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.Frame;
import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Picture;
import dev.steering.viz.internal.Sheet;
import dev.steering.viz.internal.VisibleText;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Coloured cells, a row for each layer with the last one on top: what a text reads as layer by layer, what every strength does at every
 * layer. Stateless and thread-safe.
 */
public final class HeatMapChart {
    private HeatMapChart() {}

    /** What is drawn over a cell. */
    public enum Over {
        /** Nothing. */
        NOTHING,
        /** A frame: it was chosen. */
        FRAME,
        /** A line across: it could not be chosen. */
        STROKE
    }

    /**
     * A cell.
     *
     * @param value what its colour is of
     * @param text what is written into it where there is room; null for the number; nothing is written for an empty text without a number
     * @param over what is drawn over it
     */
    public record Cell(double value, @Nullable String text, Over over) {
        /**
         * With nothing over it.
         *
         * @param value what its colour is of
         * @param text what is written into it where there is room; null for the number
         */
        public Cell(double value, @Nullable String text) {
            this(value, text, Over.NOTHING);
        }
    }

    /**
     * The cells.
     *
     * @param rowName what rows are, such as {@code layer}
     * @param rows their names, bottom first
     * @param columnName what columns are, such as {@code strength}
     * @param columns their names
     * @param marked columns with a frame, such as the positions that are steered
     * @param cells {@code [rows][columns]}
     */
    public record Grid(
            String rowName,
            List<String> rows,
            String columnName,
            List<String> columns,
            List<Integer> marked,
            List<List<Cell>> cells) {
        /** @throws IllegalArgumentException if there is no cell, or cells do not fit rows and columns */
        public Grid {
            rows = List.copyOf(rows);
            columns = List.copyOf(columns);
            marked = List.copyOf(marked);
            cells = cells.stream().map(List::copyOf).toList();
            int width = columns.size();
            if (rows.isEmpty()
                    || columns.isEmpty()
                    || cells.size() != rows.size()
                    || cells.stream().anyMatch(row -> row.size() != width)) {
                throw new IllegalArgumentException(
                        "expected " + rows.size() + " x " + width + " cells and at least one");
            }
        }
    }

    /**
     * @param name the chart's name
     * @param title its title, a question
     * @param subtitle model and the like
     * @param caption what the values are
     * @param scale the value that has the full colour, above 0; its negative has that of the other end
     * @param grid the cells
     * @return the chart, as high as its rows; of more columns with words than fit the last ones, which it says
     */
    public static Chart of(String name, String title, String subtitle, String caption, double scale, Grid grid) {
        Fonts.requireUsable();
        return Chart.drawn(name, title, () -> new Cells(title, subtitle, caption, scale, grid));
    }

    private static final class Cells implements Picture {
        private static final int MARGIN = 14;
        private static final double LEAST_CELL = 3;
        private static final double LEAST_WORD = 58;
        private static final double WIDEST_CELL = 110;
        private static final double SMALL = 13;
        private static final double TALL = 26;
        private static final double LONGEST_HEAD = 150;
        private static final int FEW_ROWS = 40;
        private static final double WIDEST_NAME = 0.28;
        private static final double HEAD_LINE = 22;
        private static final int STRIP = 90;

        private final Grid grid;
        private final double scale;
        private final Frame frame;
        private final double left;
        private final double cell;
        private final double row;
        private final int first;
        private final double head;
        private final int every;
        private final boolean level;
        private final List<String> names;

        Cells(String title, String subtitle, String caption, double scale, Grid grid) {
            this.grid = grid;
            this.scale = scale;
            this.names = grid.rows().stream()
                    .map(name -> VisibleText.plain(name, Sheet.PLAIN))
                    .map(name -> VisibleText.elide(
                            name, Sheet.PLAIN, WIDEST_NAME * Look.current().width()))
                    .toList();
            double widestName = names.stream()
                    .mapToDouble(name -> Fonts.width(name, Sheet.PLAIN))
                    .max()
                    .orElse(0);
            this.left = MARGIN + Math.max(widestName, 30) + 10;
            double room = Look.current().width() - MARGIN - left;
            int shown = Math.min(grid.columns().size(), (int) (room / (hasWords(grid) ? LEAST_WORD : LEAST_CELL)));
            this.first = grid.columns().size() - shown;
            this.cell = Math.min(WIDEST_CELL, room / shown);
            this.row = grid.rows().size() > FEW_ROWS ? SMALL : TALL;
            double widest = 0;
            for (int c = first; c < grid.columns().size(); c++) {
                widest = Math.max(widest, Fonts.width(column(c), Sheet.PLAIN));
            }
            boolean words = hasWords(grid);
            boolean level = widest + 8 < cell || (!words && widest < HEAD_LINE * 2);
            this.every = words ? 1 : (int) Math.ceil((level ? widest + 8 : HEAD_LINE) / cell);
            this.level = level;
            this.head = level ? TALL : Math.min(LONGEST_HEAD, widest) + 12;
            String left = first == 0
                    ? ""
                    : " The last " + shown + " of " + grid.columns().size() + " are drawn; the CSV has all.";
            this.frame = new Frame(title, subtitle, caption + left);
        }

        private static boolean hasWords(Grid grid) {
            return grid.cells().stream()
                    .flatMap(List::stream)
                    .map(Cell::text)
                    .anyMatch(text -> text != null && !text.isEmpty());
        }

        private String column(int c) {
            return VisibleText.token(grid.columns().get(c), Sheet.PLAIN);
        }

        private double top() {
            return frame.top() + TALL + head;
        }

        private double bottom() {
            return top() + grid.rows().size() * row + 8;
        }

        @Override
        public int height() {
            return frame.height(bottom());
        }

        @Override
        public void draw(Graphics2D g) {
            frame.draw(g, bottom());
            String axes = grid.columnName() + " \u2192, " + grid.rowName() + " \u2191";
            double bar = colourBar(g);
            Sheet.left(
                    g,
                    VisibleText.elide(axes, Sheet.PLAIN, bar - left - MARGIN),
                    Sheet.PLAIN,
                    Palette.muted(),
                    left,
                    frame.top(),
                    TALL);
            heads(g);
            int everyRow = (int) Math.ceil(20 / row);
            for (int r = 0; r < grid.rows().size(); r++) {
                double y = top() + (grid.rows().size() - 1 - r) * row;
                if (r % everyRow == 0) {
                    Sheet.right(g, names.get(r), Sheet.PLAIN, Palette.ink(), left - 8, y, row);
                }
                for (int c = first; c < grid.columns().size(); c++) {
                    cell(g, grid.cells().get(r).get(c), left + (c - first) * cell, y);
                }
            }
            for (int r = 0; r < grid.rows().size(); r++) {
                double y = top() + (grid.rows().size() - 1 - r) * row;
                for (int c = first; c < grid.columns().size(); c++) {
                    over(g, grid.cells().get(r).get(c), left + (c - first) * cell, y);
                }
            }
            g.setPaint(Palette.ink());
            g.setStroke(new BasicStroke(2));
            for (int c : grid.marked()) {
                if (c >= first) {
                    g.draw(new Rectangle2D.Double(
                            left + (c - first) * cell,
                            top() - 2,
                            cell,
                            grid.rows().size() * row + 4));
                }
            }
        }

        /** What the colours are, at the right end of the line above; returns where it begins. */
        private double colourBar(Graphics2D g) {
            boolean below = grid.cells().stream().flatMap(List::stream).anyMatch(one -> one.value() < 0);
            double low = below ? -scale : 0;
            String from = ChartStyle.number(low);
            String to = ChartStyle.number(scale);
            double right = Look.current().width() - MARGIN - Fonts.width(to, Sheet.PLAIN);
            double x = right - 6 - STRIP;
            for (int i = 0; i < STRIP; i++) {
                g.setPaint(Palette.diverging((low + (scale - low) * (i + 0.5) / STRIP) / scale));
                g.fill(new Rectangle2D.Double(x + i, frame.top() + 6, 1, TALL - 12));
            }
            g.setPaint(Palette.muted());
            g.setStroke(new BasicStroke(1));
            g.draw(new Rectangle2D.Double(x, frame.top() + 6, STRIP, TALL - 12));
            Sheet.left(g, to, Sheet.PLAIN, Palette.muted(), right, frame.top(), TALL);
            double begin = x - 6 - Fonts.width(from, Sheet.PLAIN);
            Sheet.left(g, from, Sheet.PLAIN, Palette.muted(), begin, frame.top(), TALL);
            return begin;
        }

        private void heads(Graphics2D g) {
            for (int c = first; c < grid.columns().size(); c += every) {
                double middle = left + (c - first + 0.5) * cell;
                if (level) {
                    Sheet.middle(g, column(c), Sheet.PLAIN, Palette.ink(), middle, top() - TALL - 2, TALL);
                } else {
                    Graphics2D turned = (Graphics2D) g.create();
                    turned.transform(AffineTransform.getTranslateInstance(middle, top() - 6));
                    turned.transform(AffineTransform.getRotateInstance(-Math.PI / 2));
                    Sheet.left(
                            turned,
                            VisibleText.elide(column(c), Sheet.PLAIN, LONGEST_HEAD),
                            Sheet.PLAIN,
                            Palette.ink(),
                            0,
                            -HEAD_LINE / 2,
                            HEAD_LINE);
                    turned.dispose();
                }
            }
        }

        private void cell(Graphics2D g, Cell one, double x, double y) {
            Color color = color(one);
            g.setPaint(color);
            double gap = cell < 12 ? 0 : 1;
            g.fill(new Rectangle2D.Double(x, y, cell - gap, row - gap));
            String raw = one.text();
            boolean none = raw != null && raw.isEmpty() && !Double.isFinite(one.value());
            String text = none ? "" : raw == null ? number(one.value()) : VisibleText.token(raw, Sheet.PLAIN);
            boolean fits = Fonts.width(text, Sheet.PLAIN) < cell - 6;
            if (row == TALL && (fits || (raw != null && cell > 44))) {
                Sheet.middle(
                        g,
                        VisibleText.elide(text, Sheet.PLAIN, cell - 6),
                        Sheet.PLAIN,
                        Palette.textOn(color),
                        x + cell / 2,
                        y,
                        row);
            }
        }

        /** After all cells, so that no neighbour lies on a frame. */
        private void over(Graphics2D g, Cell one, double x, double y) {
            Rectangle2D box = new Rectangle2D.Double(x, y, cell - 1, row - 1);
            Over over = one.over();
            if (over == Over.FRAME) {
                g.setPaint(Palette.ink());
                g.setStroke(new BasicStroke(3));
                g.draw(box);
            } else if (over == Over.STROKE) {
                g.setPaint(Palette.faint(Palette.textOn(color(one)), 150));
                g.setStroke(new BasicStroke(1.2f));
                g.draw(new Line2D.Double(box.getMinX() + 2, box.getMaxY() - 2, box.getMaxX() - 2, box.getMinY() + 2));
            }
        }

        private Color color(Cell one) {
            return Double.isFinite(one.value()) ? Palette.diverging(one.value() / scale) : Palette.background();
        }

        private String number(double value) {
            return Double.isFinite(value) ? ChartStyle.fixed(value, scale < 2 ? 2 : scale < 20 ? 1 : 0) : "";
        }

        @Override
        public String csv() {
            List<List<String>> table = new ArrayList<>();
            table.add(List.of("row", grid.rowName(), "column", grid.columnName(), "value", "text", "mark"));
            for (int r = 0; r < grid.rows().size(); r++) {
                for (int c = 0; c < grid.columns().size(); c++) {
                    Cell one = grid.cells().get(r).get(c);
                    String text = one.text();
                    table.add(List.of(
                            Integer.toString(r),
                            grid.rows().get(r),
                            Integer.toString(c),
                            grid.columns().get(c),
                            ChartCsv.number(one.value()),
                            text == null ? "" : text,
                            one.over() == Over.FRAME ? "chosen" : one.over() == Over.STROKE ? "not to be chosen" : ""));
                }
            }
            return ChartCsv.of(table);
        }
    }
}
