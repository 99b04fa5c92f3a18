package dev.steering.viz.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Consecutive layers, both ends included. */
public record LayerRun(int first, int last) {
    /**
     * @param layers layers in any order
     * @return the fewest runs that cover exactly these layers, ascending
     */
    public static List<LayerRun> of(List<Integer> layers) {
        List<LayerRun> runs = new ArrayList<>();
        for (int layer : new TreeSet<>(layers)) {
            int end = runs.size() - 1;
            if (end >= 0 && runs.get(end).last == layer - 1) {
                runs.set(end, new LayerRun(runs.get(end).first, layer));
            } else {
                runs.add(new LayerRun(layer, layer));
            }
        }
        return runs;
    }

    /** @return the layers for people: {@code layer 3}, {@code layers 3, 10–20} or {@code no layer} */
    public static String text(List<Integer> layers) {
        if (layers.isEmpty()) {
            return "no layer";
        }
        String runs = of(layers).stream().map(LayerRun::text).collect(Collectors.joining(", "));
        return (layers.size() == 1 ? "layer " : "layers ") + runs;
    }

    /** @return {@code 10–20}, or {@code 3} for one layer */
    public String text() {
        return first == last ? Integer.toString(first) : first + "\u2013" + last;
    }
}
