package dev.steering.viz;

import dev.steering.viz.internal.Look;
import dev.steering.viz.internal.Palette;
import dev.steering.viz.internal.Sheet;
import dev.steering.viz.internal.VisibleText;
import java.awt.Graphics2D;
import java.util.List;

/** What pictures that draw themselves have around them: title and line under it, line at the bottom; nothing of it where titles are not wanted. */
final class Frame {
    private static final int MARGIN = 14;

    private final List<String> title;
    private final List<String> subtitle;
    private final List<String> caption;

    Frame(String title, String subtitle, String caption) {
        Look look = Look.current();
        double width = look.width() - 2.0 * MARGIN;
        this.title = look.titled() ? Sheet.lines(title, ChartStyle.title(), width) : List.of();
        this.subtitle = lines(look, subtitle, width);
        this.caption = lines(look, caption, width);
    }

    private static List<String> lines(Look look, String text, double width) {
        return look.titled() && !text.isEmpty() ? Sheet.lines(VisibleText.plain(text, Sheet.PLAIN), Sheet.PLAIN, width) : List.of();
    }

    /** Where the content begins. */
    int top() {
        return MARGIN + Sheet.height(title, ChartStyle.title()) + Sheet.height(subtitle, Sheet.PLAIN) + (title.isEmpty() ? 0 : MARGIN);
    }

    /** Height of the picture whose content ends there. */
    int height(double bottom) {
        return (int) Math.ceil(bottom) + Sheet.height(caption, Sheet.PLAIN) + (caption.isEmpty() ? MARGIN : 2 * MARGIN);
    }

    void draw(Graphics2D g, double bottom) {
        Sheet.centred(g, title, ChartStyle.title(), Palette.ink(), MARGIN);
        Sheet.centred(g, subtitle, Sheet.PLAIN, Palette.muted(), MARGIN + 4.0 + Sheet.height(title, ChartStyle.title()));
        Sheet.centred(g, caption, Sheet.PLAIN, Palette.muted(), bottom + MARGIN);
    }
}
