package dev.steering.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A number for each layer as a strip of bars, one column a layer, from 0 to the largest. Stateless and thread-safe. */
public final class LayerStrip {
    private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final int NAME_WIDTH = 13;

    private LayerStrip() {}

    /**
     * @param name what the numbers are, up to 12 letters
     * @param values one for each layer, finite, at least one; those below 0 count as 0
     * @return the strip with the layers' ends and the largest value; of more layers than there are columns the largest of each few
     */
    public static String of(String name, List<Double> values) {
        double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        int every = every(values.size());
        StringBuilder bars = new StringBuilder(String.format(Locale.ROOT, "%-12s ", name));
        for (int first = 0; first < values.size(); first += every) {
            double value = values.subList(first, Math.min(values.size(), first + every)).stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
            int step = most > 0 ? (int) Math.round((BARS.length() - 1) * Math.max(0, value) / most) : 0;
            bars.append(BARS.charAt(step));
        }
        return bars.append(String.format(Locale.ROOT, "  layers 0-%d, largest %.3g", values.size() - 1, most))
                .toString();
    }

    private static int every(int layers) {
        int room = Math.max(10, Terminal.columns() - NAME_WIDTH - 32);
        return (layers + room - 1) / room;
    }

    /**
     * @param layers how many there are
     * @param chosen the layers to point at
     * @return a line of carets below a strip
     */
    public static String marks(int layers, List<Integer> chosen) {
        int every = every(layers);
        StringBuilder marks = new StringBuilder(" ".repeat(NAME_WIDTH));
        for (int first = 0; first < layers; first += every) {
            int from = first;
            marks.append(chosen.stream().anyMatch(layer -> layer >= from && layer < from + every) ? '^' : ' ');
        }
        return marks.toString().stripTrailing();
    }

    /** Prints a strip, if there are enough layers for one. */
    public static void print(PrintWriter out, String name, List<Double> values) {
        if (values.size() > 1) {
            out.println(of(name, values));
        }
    }
}
