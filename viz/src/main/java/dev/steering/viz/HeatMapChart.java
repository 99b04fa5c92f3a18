package dev.steering.viz;

import dev.steering.viz.internal.ChartCsv;
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

    /**
     * A cell.
     *
     * @param value what its colour is of
     * @param text what is written into it where there is room; null for the number
     */
    public record Cell(double value, @Nullable String text) {}

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
     * @return the chart, as high as its rows; of more columns than fit the last ones, which it says
     */
    public static Chart of(String name, String title, String subtitle, String caption, double scale, Grid grid) {
        Fonts.requireUsable();
        return Chart.drawn(name, title, () -> new Cells(title, subtitle, caption, scale, grid));
    }

    private static final class Cells implements Picture {
        private static final int MARGIN = 14;
        private static final double LEAST_CELL = 24;
        private static final double LEAST_WORD = 58;
        private static final double WIDEST_CELL = 110;
        private static final double SMALL = 13;
        private static final double TALL = 26;
        private static final double LONGEST_HEAD = 150;
        private static final int FEW_ROWS = 40;

        private final Grid grid;
        private final double scale;
        private final Frame frame;
        private final double left;
        private final double cell;
        private final double row;
        private final int first;
        private final double head;

        Cells(String title, String subtitle, String caption, double scale, Grid grid) {
            this.grid = grid;
            this.scale = scale;
            double names = grid.rows().stream()
                    .mapToDouble(name -> Fonts.width(name, Sheet.PLAIN))
                    .max()
                    .orElse(0);
            this.left = MARGIN + Math.max(names, 30) + 10;
            double room = Look.current().width() - MARGIN - left;
            int shown = Math.min(grid.columns().size(), (int) (room / (hasWords(grid) ? LEAST_WORD : LEAST_CELL)));
            this.first = grid.columns().size() - shown;
            this.cell = Math.min(WIDEST_CELL, room / shown);
            this.row = grid.rows().size() > FEW_ROWS ? SMALL : TALL;
            double widest = 0;
            for (int c = first; c < grid.columns().size(); c++) {
                widest = Math.max(widest, Fonts.width(column(c), Sheet.PLAIN));
            }
            this.head = isLevel(widest) ? TALL : Math.min(LONGEST_HEAD, widest) + 12;
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

        private boolean isLevel(double widest) {
            return widest + 8 < cell;
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
            Sheet.left(
                    g,
                    VisibleText.elide(axes, Sheet.PLAIN, Look.current().width() - left - MARGIN),
                    Sheet.PLAIN,
                    Palette.muted(),
                    left,
                    frame.top(),
                    TALL);
            heads(g);
            int every = (int) Math.ceil(20 / row);
            for (int r = 0; r < grid.rows().size(); r++) {
                double y = top() + (grid.rows().size() - 1 - r) * row;
                if (r % every == 0) {
                    Sheet.right(g, grid.rows().get(r), Sheet.PLAIN, Palette.ink(), left - 8, y, row);
                }
                for (int c = first; c < grid.columns().size(); c++) {
                    cell(g, grid.cells().get(r).get(c), left + (c - first) * cell, y);
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

        private void heads(Graphics2D g) {
            boolean level = head == TALL;
            for (int c = first; c < grid.columns().size(); c++) {
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
                            -cell / 2,
                            cell);
                    turned.dispose();
                }
            }
        }

        private void cell(Graphics2D g, Cell one, double x, double y) {
            Color color = Double.isFinite(one.value()) ? Palette.diverging(one.value() / scale) : Palette.background();
            g.setPaint(color);
            g.fill(new Rectangle2D.Double(x, y, cell - 1, row - 1));
            String raw = one.text();
            String text = raw == null ? number(one.value()) : VisibleText.token(raw, Sheet.PLAIN);
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

        private String number(double value) {
            return Double.isFinite(value) ? ChartStyle.fixed(value, scale < 2 ? 2 : scale < 20 ? 1 : 0) : "";
        }

        @Override
        public String csv() {
            List<List<String>> table = new ArrayList<>();
            table.add(List.of("row", grid.rowName(), "column", grid.columnName(), "value", "text"));
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
                            text == null ? "" : text));
                }
            }
            return ChartCsv.of(table);
        }
    }
}
