package dev.steering.viz.internal;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.LineMetrics;
import java.util.ArrayList;
import java.util.List;

/** Puts texts on a canvas: in lines that are as wide as it is, and in boxes. Draws nothing if it has no canvas, and counts all the same. */
public final class Sheet {
    /** Letters of the text. */
    public static final Font PLAIN = Fonts.regular(Look.SMALLEST);

    /** What stands out of it. */
    public static final Font BOLD = Fonts.bold(Look.SMALLEST);

    private Sheet() {}

    /** @return letters of titles */
    public static Font title() {
        return Fonts.bold(Look.current().isNarrow() ? 21 : 30);
    }

    /** @return the text in lines that fit */
    public static List<String> lines(String text, Font font, double width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && Fonts.width(longer, font) > width) {
                lines.add(VisibleText.elide(line.toString(), font, width));
                line.setLength(0);
                line.append(word);
            } else {
                line.setLength(0);
                line.append(longer);
            }
        }
        lines.add(VisibleText.elide(line.toString(), font, width));
        return lines;
    }

    /** @return height of so many lines */
    public static int height(List<String> lines, Font font) {
        return (int) Math.round(lines.size() * 1.35 * font.getSize2D());
    }

    /** Lines in the middle of the canvas from y on. */
    public static void centred(Graphics2D g, List<String> lines, Font font, Color color, double y) {
        double step = 1.35 * font.getSize2D();
        for (int i = 0; i < lines.size(); i++) {
            double x = (Look.current().width() - Fonts.width(lines.get(i), font)) / 2;
            left(g, lines.get(i), font, color, x, y + i * step, step);
        }
    }

    /** A text from x on, in the middle of a row. */
    public static void left(Graphics2D g, String text, Font font, Color color, double x, double y, double height) {
        LineMetrics metrics = font.getLineMetrics(text, Fonts.CONTEXT);
        g.setFont(font);
        g.setPaint(color);
        g.drawString(text, (float) x, (float) (y + (height + metrics.getAscent() - metrics.getDescent()) / 2));
    }

    /** A text that ends at x. */
    public static void right(Graphics2D g, String text, Font font, Color color, double x, double y, double height) {
        left(g, text, font, color, x - Fonts.width(text, font), y, height);
    }

    /** A text around x. */
    public static void middle(Graphics2D g, String text, Font font, Color color, double x, double y, double height) {
        left(g, text, font, color, x - Fonts.width(text, font) / 2, y, height);
    }
}
