package dev.steering.viz.internal;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a method looks, in every chart: a colour and a mark by its name, told apart in grey by the mark. Methods that nobody has heard of get
 * one by their letters; where it is taken in a chart, the next. Immutable.
 *
 * @param colour index of the palette's series
 * @param form index of the mark's form
 */
public record MethodMark(int colour, int form) {
    private static final int COLOURS = 8;
    private static final int FORMS = 6;
    private static final Map<String, MethodMark> KNOWN = Map.ofEntries(
            Map.entry("default", new MethodMark(7, 0)),
            Map.entry("unsteered", new MethodMark(7, 0)),
            Map.entry("prompt", new MethodMark(6, 1)),
            Map.entry("add", new MethodMark(4, 2)),
            Map.entry("subtract", new MethodMark(0, 1)),
            Map.entry("ablate", new MethodMark(3, 3)),
            Map.entry("surgical", new MethodMark(4, 4)),
            Map.entry("partial-or", new MethodMark(6, 3)),
            Map.entry("scans", new MethodMark(5, 0)),
            Map.entry("alphasteer", new MethodMark(2, 1)),
            Map.entry("adasteer", new MethodMark(3, 2)),
            Map.entry("self-cd", new MethodMark(2, 4)),
            Map.entry("adacd", new MethodMark(0, 2)),
            Map.entry("acd", new MethodMark(1, 3)),
            Map.entry("acd-untuned", new MethodMark(1, 5)),
            Map.entry("id-null", new MethodMark(6, 2)),
            Map.entry("id-opposite", new MethodMark(6, 4)),
            Map.entry("random", new MethodMark(7, 5)),
            Map.entry("plan", new MethodMark(2, 0)));

    /** @return the names that have a look of their own */
    public static Set<String> names() {
        return new TreeSet<>(KNOWN.keySet());
    }

    /**
     * @param names methods of one chart, with or without what they were set to ({@code scans alpha=2})
     * @return a look for each, no two alike as long as there are enough
     */
    public static List<MethodMark> of(List<String> names) {
        Map<MethodMark, String> taken = new HashMap<>();
        MethodMark[] marks = new MethodMark[names.size()];
        for (int i = 0; i < marks.length; i++) {
            MethodMark own = KNOWN.get(base(names.get(i)));
            if (own != null && taken.putIfAbsent(own, names.get(i)) == null) {
                marks[i] = own;
            }
        }
        for (int i = 0; i < marks.length; i++) {
            if (marks[i] == null) {
                marks[i] = free(base(names.get(i)), taken);
                taken.put(marks[i], names.get(i));
            }
        }
        return List.copyOf(new ArrayList<>(List.of(marks)));
    }

    private static MethodMark free(String base, Map<MethodMark, String> taken) {
        MethodMark own = KNOWN.get(base);
        int start = own == null ? Math.floorMod(base.hashCode(), COLOURS * FORMS) : own.colour * FORMS + own.form;
        for (int i = 0; i < COLOURS * FORMS; i++) {
            int at = (start + i) % (COLOURS * FORMS);
            MethodMark mark = new MethodMark(at / FORMS, at % FORMS);
            boolean reserved = own == null && KNOWN.containsValue(mark);
            if (!taken.containsKey(mark) && !reserved) {
                return mark;
            }
        }
        return new MethodMark(start / FORMS, start % FORMS);
    }

    private static String base(String name) {
        int end = 0;
        while (end < name.length() && (Character.isLetterOrDigit(name.charAt(end)) || name.charAt(end) == '-')) {
            end++;
        }
        return name.substring(0, end);
    }

    /** @return its colour on the paper of this drawing */
    public Color color() {
        return Palette.series(colour);
    }

    /**
     * @param r half its size
     * @return the mark around 0, 0
     */
    public Shape shape(double r) {
        return switch (form) {
            case 0 -> new Ellipse2D.Double(-r, -r, 2 * r, 2 * r);
            case 1 -> new Rectangle2D.Double(-0.9 * r, -0.9 * r, 1.8 * r, 1.8 * r);
            case 2 -> polygon(0, -1.15 * r, 1.1 * r, 0.85 * r, -1.1 * r, 0.85 * r);
            case 3 -> polygon(0, -1.3 * r, 1.3 * r, 0, 0, 1.3 * r, -1.3 * r, 0);
            case 4 -> polygon(0, 1.15 * r, 1.1 * r, -0.85 * r, -1.1 * r, -0.85 * r);
            default -> cross(r);
        };
    }

    private static Shape cross(double r) {
        double t = 0.38 * r;
        return polygon(
                -r, -r + t, -r + t, -r, 0, -t, r - t, -r, r, -r + t, t, 0, r, r - t, r - t, r, 0, t, -r + t, r, -r,
                r - t, -t, 0);
    }

    private static Shape polygon(double... xy) {
        Path2D.Double path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        path.closePath();
        return path;
    }
}
