package dev.steering.viz.internal;

import dev.steering.core.SteeringException;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one font family of all charts, checked before anything is drawn. */
public final class Fonts {
    /** Anti-aliased, with fractional widths: what both the PNG and the SVG are laid out with. */
    public static final FontRenderContext CONTEXT = new FontRenderContext(new AffineTransform(), true, true);

    private Fonts() {}

    public static Font regular(int size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }

    public static Font bold(int size) {
        return new Font(Font.SANS_SERIF, Font.BOLD, size);
    }

    /** @return width of the text in pixels */
    public static double width(String text, Font font) {
        return text.isEmpty() ? 0 : font.getStringBounds(text, CONTEXT).getWidth();
    }

    /**
     * Fails with advice if Java has no font to draw with; otherwise the first letter would, with an internal error.
     *
     * @throws SteeringException if no font is usable
     */
    public static void requireUsable() {
        requireUsable(() -> width("Layer 0", regular(16)));
    }

    /** Checks a measurement of text; apart from the fonts, so that it can be tested. */
    public static void requireUsable(Supplier<Double> measurement) {
        double width;
        try {
            width = measurement.get();
        } catch (RuntimeException | LinkageError | InternalError e) {
            // Java throws any of these, depending on which of fontconfig, FreeType and the fonts is missing.
            throw unusable(root(e).toString(), e);
        }
        if (!(width > 0)) {
            throw unusable("text has no width", null);
        }
    }

    /** Java wraps what matters, e.g. "Fontconfig head is null", in reflection errors. */
    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static SteeringException unusable(String found, @Nullable Throwable cause) {
        return new SteeringException(
                "cannot draw charts: Java found no usable font (" + found
                        + "). Install fontconfig and a font such as DejaVu"
                        + " (Debian, Ubuntu: apt-get install fontconfig fonts-dejavu-core), then try again.",
                cause);
    }
}
