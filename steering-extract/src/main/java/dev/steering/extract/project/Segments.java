package dev.steering.extract.project;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.extract.linalg.Scatter;
import java.util.ArrayList;
import java.util.List;

/** SCANS's three groups of layers: former, middle and latter (arXiv 2408.11491, section 3.2). Stateless and thread-safe. */
public final class Segments {
    private static final int GROUPS = 3;

    private Segments() {}

    /**
     * A contiguous range of layers.
     *
     * @param first first layer
     * @param last last layer, inclusive
     */
    public record Segment(int first, int last) {
        /** @return its layers, ascending */
        public List<Integer> layers() {
            List<Integer> layers = new ArrayList<>();
            for (int l = first; l <= last; l++) {
                layers.add(l);
            }
            return List.copyOf(layers);
        }
    }

    /**
     * @param layers number of layers N, at least 1
     * @return three segments, segment i from layer {@code i * N / 3} (rounded down) to the next one's first, so that 32 layers
     *     give 0..9, 10..20 (the paper's choice for Llama-2-7b) and 21..31; one per layer if there are fewer than three
     */
    public static List<Segment> of(int layers) {
        int groups = Math.min(GROUPS, layers);
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            segments.add(new Segment(i * layers / groups, (i + 1) * layers / groups - 1));
        }
        return List.copyOf(segments);
    }

    /**
     * The first principal component of a segment's unit directions, about the origin: the unit vector w that maximises
     * {@code sum over l of (w . v^l)^2}. Subtracting their mean first would take away what the layers have in common, which is
     * what is to be read. The sign is that of w's dot product with the sum of the unit directions.
     *
     * @param unit directions of norm 1, {@code [layers, hidden]}
     * @param segment which layers
     * @return w, {@code [hidden]}; zero if all of the directions are
     */
    static float[] component(LayerMatrix unit, Segment segment) {
        Scatter scatter = new Scatter(unit.hidden());
        double[] sum = new double[unit.hidden()];
        for (int layer : segment.layers()) {
            float[] row = unit.row(layer);
            scatter.add(row);
            for (int i = 0; i < row.length; i++) {
                sum[i] += row[i];
            }
        }
        float[] component = new float[unit.hidden()];
        scatter.firstComponent(new double[unit.hidden()]).ifPresent(w -> {
            double dot = 0;
            for (int i = 0; i < w.length; i++) {
                dot += w[i] * sum[i];
            }
            for (int i = 0; i < w.length; i++) {
                component[i] = (float) (dot < 0 ? -w[i] : w[i]);
            }
        });
        return component;
    }
}
