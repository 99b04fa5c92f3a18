package dev.steering.viz.internal;

import java.awt.Graphics2D;

/** What is drawn on one canvas, made for its width. Not thread-safe: each drawing makes its own. */
public interface Picture {
    /** @return height of the canvas that it needs, in its units */
    int height();

    /** Draws it, from 0, 0. */
    void draw(Graphics2D g);

    /** @return its numbers */
    String csv();
}
