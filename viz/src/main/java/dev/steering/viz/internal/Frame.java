package dev.steering.viz.internal;

import java.awt.Graphics2D;
import java.util.List;

/** What pictures that draw themselves have around them: title and line under it, line at the bottom; nothing of it where titles are not wanted. */
public final class Frame {
    private static final int MARGIN = 14;

    private final List<String> title;
    private final List<String> subtitle;
    private final List<String> caption;

    /** Texts in lines that fit the canvas. */
    public Frame(String title, String subtitle, String caption) {
        Look look = Look.current();
        double width = look.width() - 2.0 * MARGIN;
        this.title = look.titled() ? Sheet.lines(title, Sheet.title(), width) : List.of();
        this.subtitle = lines(look, subtitle, width);
        this.caption = lines(look, caption, width);
    }

    private static List<String> lines(Look look, String text, double width) {
        return look.titled() && !text.isEmpty()
                ? Sheet.lines(VisibleText.plain(text, Sheet.PLAIN), Sheet.PLAIN, width)
                : List.of();
    }

    /** @return where the content begins */
    public int top() {
        return MARGIN
                + Sheet.height(title, Sheet.title())
                + Sheet.height(subtitle, Sheet.PLAIN)
                + (title.isEmpty() ? 0 : MARGIN);
    }

    /** @return height of the picture whose content ends there */
    public int height(double bottom) {
        return (int) Math.ceil(bottom) + Sheet.height(caption, Sheet.PLAIN) + (caption.isEmpty() ? MARGIN : 2 * MARGIN);
    }

    /** Draws it around a content that ends there. */
    public void draw(Graphics2D g, double bottom) {
        Sheet.centred(g, title, Sheet.title(), Palette.ink(), MARGIN);
        Sheet.centred(g, subtitle, Sheet.PLAIN, Palette.muted(), MARGIN + 4.0 + Sheet.height(title, Sheet.title()));
        Sheet.centred(g, caption, Sheet.PLAIN, Palette.muted(), bottom + MARGIN);
    }
}
