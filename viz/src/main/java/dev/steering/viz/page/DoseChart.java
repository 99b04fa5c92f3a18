package dev.steering.viz.page;

import dev.steering.core.page.Html;
import dev.steering.viz.page.ReportedRun.AskedSet;
import dev.steering.viz.page.ReportedRun.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** Refusals of every set against a method's strength, with their intervals, the unsteered model dashed: SVG that takes the page's colours. */
final class DoseChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int LEFT = 62;
    private static final int RIGHT = 16;
    private static final int TOP = 14;
    private static final int BOTTOM = 46;
    private static final int COLOURS = 8;
    private static final int MOST_TICKS = 9;

    private final ReportedRun run;
    private final VariantFamily family;
    private final double first;
    private final double span;

    private DoseChart(ReportedRun run, VariantFamily family) {
        this.run = run;
        this.family = family;
        this.first = strength(family.points().get(0));
        this.span = Math.max(1e-12, strength(family.points().get(family.points().size() - 1)) - first);
    }

    /** The figure of a method with several strengths. */
    static String figure(ReportedRun run, VariantFamily family, int index) {
        return new DoseChart(run, family).figure(index);
    }

    private String figure(int index) {
        List<Integer> points = family.points();
        String places = points.stream().map(i -> number(x(strength(i)))).collect(Collectors.joining(" "));
        String start = number(x(strength(points.get(family.start()))));
        StringBuilder svg = new StringBuilder("<figure class=\"dose\" data-dose=\"" + index
                + "\"><div class=\"live\" data-role=\"live\" role=\"img\" aria-label=\"Refused share of each prompt set against the strength of "
                + Html.escape(family.name())
                + "; the line below has the numbers at the slider's strength\"></div><svg class=\"still\" viewBox=\"0 0 " + WIDTH + " "
                + HEIGHT
                + "\" role=\"img\" aria-label=\"Refused share of each prompt set against the strength of "
                + Html.escape(family.name()) + "; the table below has the numbers\">");
        for (int percent = 0; percent <= 100; percent += 25) {
            String y = number(y(percent / 100.0));
            svg.append(line("grid", LEFT, y, WIDTH - RIGHT, y)).append(text(LEFT - 8, y, "end", percent + " %", 4));
        }
        int every = (points.size() + MOST_TICKS - 1) / MOST_TICKS;
        for (int i = 0; i < points.size(); i += every) {
            double strength = strength(points.get(i));
            svg.append(text(x(strength), number(HEIGHT - BOTTOM + 18), "middle", plain(strength), 0));
        }
        svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, number(HEIGHT - 8), "middle", "strength of " + family.name(), 0));
        for (int set = 0; set < run.sets().size(); set++) {
            svg.append(curve(set));
        }
        String bottom = number(HEIGHT - BOTTOM);
        svg.append(line("axis", LEFT, bottom, WIDTH - RIGHT, bottom))
                .append("<line class=\"cursor\" data-at=\"")
                .append(places)
                .append("\" x1=\"")
                .append(start)
                .append("\" x2=\"")
                .append(start)
                .append("\" y1=\"")
                .append(TOP)
                .append("\" y2=\"")
                .append(bottom)
                .append("\"/></svg><p class=\"readout\" data-role=\"readout\"></p>")
                .append(legend())
                .append(
                        "<figcaption>Share refused at every strength that was tried, with Wilson 95 % intervals; dashed: the"
                                + " unsteered model; dotted: the strength that the slider shows. <span class=\"interactive\">Point at the"
                                + " curves for their values; a click moves the slider there.</span></figcaption></figure>\n");
        return svg.toString();
    }

    private String curve(int set) {
        List<String> line = new ArrayList<>();
        List<String> low = new ArrayList<>();
        List<String> band = new ArrayList<>();
        StringBuilder marks = new StringBuilder();
        String colour = "s" + set % COLOURS;
        for (int point : family.points()) {
            Rate rate = run.variants().get(point).rates().get(set);
            String x = number(x(strength(point)));
            line.add(x + "," + number(y(rate.share())));
            band.add(x + "," + number(y(rate.high())));
            low.add(0, x + "," + number(y(rate.low())));
            marks.append(mark(colour, set, x(strength(point)), y(rate.share())));
        }
        band.addAll(low);
        String base = number(y(run.unsteered().rates().get(set).share()));
        return "<polygon class=\"band " + colour + "\" points=\"" + String.join(" ", band) + "\"/>"
                + line("base " + colour, LEFT, base, WIDTH - RIGHT, base)
                + "<polyline class=\"line " + colour + "\" fill=\"none\" points=\"" + String.join(" ", line) + "\"/>"
                + marks;
    }

    /** Round for sets that are to be refused, square for others: told apart without colours. */
    private String mark(String colour, int set, double x, double y) {
        return run.sets().get(set).refuse()
                ? "<circle class=\"" + colour + "\" cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"4\"/>"
                : "<rect class=\"" + colour + "\" x=\"" + number(x - 4) + "\" y=\"" + number(y - 4)
                        + "\" width=\"8\" height=\"8\"/>";
    }

    private String legend() {
        StringBuilder list = new StringBuilder("<ul class=\"legend\">");
        for (int set = 0; set < run.sets().size(); set++) {
            AskedSet asked = run.sets().get(set);
            String colour = "s" + set % COLOURS;
            list.append("<li><svg viewBox=\"0 0 34 12\" aria-hidden=\"true\">")
                    .append(line("line " + colour, 0, "6", 34, "6"))
                    .append(mark(colour, set, 17, 6))
                    .append("</svg>")
                    .append(Html.escape(asked.name()))
                    .append(asked.refuse() ? ": to be refused, higher is better" : ": to be answered, lower is better")
                    .append("</li>");
        }
        return list.append("</ul>").toString();
    }

    private double strength(int variant) {
        return Objects.requireNonNull(run.variants().get(variant).strength());
    }

    private double x(double strength) {
        return LEFT + 14 + (WIDTH - RIGHT - LEFT - 28) * (strength - first) / span;
    }

    private static double y(double share) {
        return TOP + (HEIGHT - BOTTOM - TOP) * (1 - share);
    }

    private static String line(String kind, double x1, String y1, double x2, String y2) {
        return "<line class=\"" + kind + "\" x1=\"" + number(x1) + "\" y1=\"" + y1 + "\" x2=\"" + number(x2)
                + "\" y2=\"" + y2 + "\"/>";
    }

    private static String text(double x, String y, String anchor, String text, int down) {
        return "<text x=\"" + number(x) + "\" y=\"" + y + "\" dy=\"" + down + "\" text-anchor=\"" + anchor + "\">"
                + Html.escape(text) + "</text>";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** A strength as it was given, without needless digits. */
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
