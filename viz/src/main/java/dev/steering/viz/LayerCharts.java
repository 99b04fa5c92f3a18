package dev.steering.viz;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The charts of one steering vector: each on its own, or all into a directory.
 *
 * <pre>{@code
 * LayerCharts.Written written = LayerCharts.of(vector).write(Path.of("charts"));
 * written.files().forEach(System.out::println);
 * written.skipped().forEach(s -> System.out.println(s.chart() + " skipped: " + s.reason()));
 * }</pre>
 *
 * <p>Immutable and thread-safe. The same vector gives the same bytes in any default locale.
 */
public final class LayerCharts {
    private static final String NOT_ANCHORED =
            "the vector has not been anchored, which reads its directions through the model's vocabulary head";

    private static final String NOT_MEASURED =
            "the vector has no statistics of its layers: they are measured when a vector is extracted from a model";

    private final SteeringVector vector;

    private LayerCharts(SteeringVector vector) {
        this.vector = vector;
    }

    /**
     * @param vector what to draw; with or without anchoring
     * @return its charts
     * @throws SteeringException if the anchoring describes another number of layers than the vector has, or if Java has
     *     no usable font
     */
    public static LayerCharts of(SteeringVector vector) {
        Fonts.requireUsable();
        Anchoring anchoring = vector.anchoring();
        if (anchoring != null) {
            checkLayers(vector.layers(), anchoring.layers().size(), "projections");
            checkLayers(vector.layers(), anchoring.calibration().layerAuc().size(), "AUC values");
        }
        return new LayerCharts(vector);
    }

    private static void checkLayers(int expected, int found, String what) {
        if (found != expected) {
            throw new BadRequest("cannot draw the vector: it has " + expected + " layers, its anchoring has " + found
                            + " " + what + ". Anchor it again.")
                    .withRemedy(Remedy.ANCHOR_LAYERS);
        }
    }

    /**
     * @return {@code refusal-score}: refusal tokens' share of the top tokens per layer and per segment (SCANS, section
     *     3.2), the chosen layers shaded
     * @throws SteeringException if the vector has not been anchored
     */
    public Chart refusalScore() {
        Anchoring anchoring = anchoring("refusal-score");
        return Chart.of(
                "refusal-score",
                RefusalScoreChart.TITLE,
                ChartStyle.WIDTH,
                ChartStyle.HEIGHT,
                () -> RefusalScoreChart.chart(vector, anchoring));
    }

    /**
     * @return {@code direction-norm}: norms of direction and activation per layer, in activation units, and their ratio
     * @throws SteeringException if the vector has no statistics
     */
    public Chart directionNorm() {
        requireMeasured("direction-norm");
        return Chart.of(
                "direction-norm",
                DirectionNormChart.TITLE,
                ChartStyle.WIDTH,
                ChartStyle.HEIGHT,
                () -> DirectionNormChart.chart(vector, chosen()));
    }

    /** @return {@code cosine-between-layers}: {@code [layers, layers]} heat map of cosines, -1..1 */
    public Chart cosineBetweenLayers() {
        return Chart.of(
                "cosine-between-layers",
                CosineChart.TITLE,
                CosineChart.WIDTH,
                CosineChart.HEIGHT,
                () -> CosineChart.chart(vector, chosen()));
    }

    /**
     * @return {@code separability}: distance of the classes per layer in units of their spread; when calibrated also the
     *     area under the curve of each layer's transition cosine (SCANS, section 3.3), 0..1
     * @throws SteeringException if the vector has no statistics
     */
    public Chart separability() {
        requireMeasured("separability");
        return Chart.of(
                "separability",
                SeparabilityChart.TITLE,
                ChartStyle.WIDTH,
                ChartStyle.HEIGHT,
                () -> SeparabilityChart.chart(vector, vector.anchoring()));
    }

    /**
     * @return {@code reliability}: intervals of cosines and agreement of halves per layer, and the direction's strength beside that of
     *     exchanged labels; layers that are like chance shaded
     * @throws SteeringException if the vector does not say how sure one can be of its layers
     */
    public Chart reliability() {
        requireReliability(ReliabilityChart.NAME);
        return Chart.of(
                ReliabilityChart.NAME,
                ReliabilityChart.TITLE,
                ChartStyle.WIDTH,
                ChartStyle.HEIGHT,
                () -> ReliabilityChart.chart(vector, chosen()));
    }

    /**
     * @return {@code held-out}: how well the direction of some prompts tells others apart, per layer: area under the ROC curve and Cohen's d
     * @throws SteeringException if the vector does not say how sure one can be of its layers
     */
    public Chart heldOut() {
        requireReliability(ReliabilityChart.HELD_OUT);
        return ReliabilityChart.heldOut(vector, chosen());
    }

    private void requireReliability(String chart) {
        if (!ReliabilityChart.isKnown(vector)) {
            throw new BadRequest(
                    "cannot draw the chart " + chart + ": the vector does not say how sure one can be"
                            + " of its layers. It is measured when a vector is extracted from at least four prompts of each class.");
        }
    }

    /**
     * @return {@code selection-score}, {@code selection-divergence} and, where directions were added too, {@code selection-induced}: what each
     *     token position and layer gave that the direction was searched in; none if it was not searched
     */
    public List<Chart> selection() {
        DirectionSearch search = vector.search();
        return search == null ? List.of() : SelectionCharts.of(vector, search);
    }

    /**
     * @return {@code top-tokens}: table of the top tokens of every segment and layer, refusal tokens boxed and bold; its
     *     height grows with the layers
     * @throws SteeringException if the vector has not been anchored
     */
    public Chart topTokens() {
        return TopTokensChart.chart(vector, anchoring(TopTokensChart.NAME));
    }

    /**
     * Writes every chart that the vector has data for, as PNG, SVG, PDF and CSV, each file whole or not at all. Files of earlier
     * runs are replaced where a chart is drawn and left alone where one is skipped.
     *
     * @param directory where to; created if missing
     * @return what was written and what was skipped, and why
     * @throws SteeringException if a file cannot be written
     */
    public Written write(Path directory) {
        List<Path> files = new ArrayList<>();
        for (Chart chart : all()) {
            files.addAll(chart.write(directory));
        }
        return new Written(files, skipped());
    }

    /** @return the charts that there is no data for, and why */
    public List<Skipped> skipped() {
        List<Skipped> skipped = new ArrayList<>();
        if (vector.anchoring() == null) {
            skipped.add(new Skipped("refusal-score", NOT_ANCHORED, Remedy.ANCHOR_LAYERS));
            skipped.add(new Skipped(TopTokensChart.NAME, NOT_ANCHORED, Remedy.ANCHOR_LAYERS));
        }
        if (vector.statistics() == null) {
            skipped.add(new Skipped("direction-norm", NOT_MEASURED, null));
            skipped.add(new Skipped("separability", NOT_MEASURED, null));
        }
        return List.copyOf(skipped);
    }

    /** @return every chart that can be drawn of what the vector holds */
    public List<Chart> all() {
        List<Chart> charts = new ArrayList<>();
        if (vector.anchoring() != null) {
            charts.add(refusalScore());
            charts.add(topTokens());
        }
        if (vector.statistics() == null) {
            charts.add(cosineBetweenLayers());
        } else {
            charts.add(directionNorm());
            charts.add(cosineBetweenLayers());
            charts.add(separability());
            if (ReliabilityChart.isKnown(vector)) {
                charts.add(reliability());
                charts.add(heldOut());
            }
        }
        charts.addAll(selection());
        return List.copyOf(charts);
    }

    private List<Integer> chosen() {
        Anchoring anchoring = vector.anchoring();
        return anchoring == null ? List.of() : anchoring.steeringLayers();
    }

    private void requireMeasured(String chart) {
        if (vector.statistics() == null) {
            throw new BadRequest("cannot draw the chart " + chart + ": " + NOT_MEASURED + ".");
        }
    }

    private Anchoring anchoring(String chart) {
        Anchoring anchoring = vector.anchoring();
        if (anchoring == null) {
            throw new BadRequest("cannot draw the chart " + chart + ": " + NOT_ANCHORED + ".")
                    .withRemedy(Remedy.ANCHOR_LAYERS);
        }
        return anchoring;
    }

    /**
     * What {@link #write} did.
     *
     * @param files the files written, PNG, SVG, PDF and CSV of each chart
     * @param skipped the charts that there is no data for
     */
    public record Written(List<Path> files, List<Skipped> skipped) {
        public Written {
            files = List.copyOf(files);
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * A chart that was not drawn.
     *
     * @param chart its name
     * @param reason why
     * @param remedy what the user can do about it; null if nothing in particular
     */
    public record Skipped(String chart, String reason, @Nullable Remedy remedy) {}
}
