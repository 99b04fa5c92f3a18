package dev.steering.cli.charts;

import dev.steering.core.reliability.LayerReliability.Band;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorQuality;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.extract.anchor.LayerEffect;
import dev.steering.extract.anchor.LayerValidation;
import dev.steering.extract.trace.StatePlanes;
import dev.steering.viz.BandChart;
import dev.steering.viz.BandChart.Along;
import dev.steering.viz.BandChart.Line;
import dev.steering.viz.BandChart.Panel;
import dev.steering.viz.BandChart.Point;
import dev.steering.viz.Chart;
import dev.steering.viz.PlaneChart;
import dev.steering.viz.ScoreChart;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What anchoring a vector measures, as charts. */
public final class LayerFigures {
    private static final int PLANES = 6;

    private LayerFigures() {}

    /**
     * @param vector the vector
     * @param result of its anchoring
     * @return {@code scores} and {@code roc}
     */
    public static List<Chart> calibration(SteeringVector vector, LayerAnchoring.Result result) {
        Calibration calibration = result.anchoring().calibration();
        ScoreChart chart = new ScoreChart(
                "model: " + vector.provenance().modelName() + "  \u00B7  " + calibration.source(),
                "mean transition cosine at layers " + runs(calibration.classifierLayers()),
                result.scores().harmful(),
                result.scores().harmless(),
                calibration.threshold(),
                calibration.auc(),
                VectorQuality.area(calibration).replaceFirst("^[^ ]+ ?", ""));
        return List.of(chart.scores(), chart.roc());
    }

    private static String runs(List<Integer> layers) {
        int first = layers.get(0);
        int last = layers.get(layers.size() - 1);
        return layers.size() == 1
                ? Integer.toString(first)
                : last - first + 1 == layers.size() ? first + "-" + last : layers.toString();
    }

    /**
     * @param vector the vector
     * @param effects of every layer alone
     * @param chosen the layers that are steered
     * @return {@code layer-effects}
     */
    public static Chart effects(SteeringVector vector, LayerValidation.Result effects, List<Integer> chosen) {
        List<Panel> panels = List.of(
                new Panel(
                        "refusal mass, to be refused",
                        0,
                        1,
                        List.of(
                                line(
                                        "added",
                                        effects,
                                        LayerEffect::harmfulAdded,
                                        LayerEffect.Intervals::harmfulAdded,
                                        effects.harmfulMass()),
                                line(
                                        "subtracted",
                                        effects,
                                        LayerEffect::harmfulSubtracted,
                                        LayerEffect.Intervals::harmfulSubtracted,
                                        effects.harmfulMass()))),
                new Panel(
                        "refusal mass, to be answered",
                        0,
                        1,
                        List.of(
                                line(
                                        "added",
                                        effects,
                                        LayerEffect::harmlessAdded,
                                        LayerEffect.Intervals::harmlessAdded,
                                        effects.harmlessMass()),
                                line(
                                        "subtracted",
                                        effects,
                                        LayerEffect::harmlessSubtracted,
                                        LayerEffect.Intervals::harmlessSubtracted,
                                        effects.harmlessMass()))));
        return BandChart.of(
                "layer-effects",
                "What does steering at one layer alone do?",
                "model: " + vector.provenance().modelName() + "  \u00B7  strength " + effects.alpha() + ", "
                        + effects.harmful() + " + " + effects.harmless() + " prompts",
                "Refusal mass: probability of refusal tokens, mean over the first " + effects.tokens()
                        + " tokens of the answers. Bands: 90 % bootstrap intervals over the prompts.",
                new Along("layer", effects.layers().size(), chosen),
                panels);
    }

    private static Line line(
            String name,
            LayerValidation.Result effects,
            ToDoubleFunction<LayerEffect> mass,
            Function<LayerEffect.Intervals, Band> interval,
            double base) {
        List<Point> points = new ArrayList<>();
        effects.layers().forEach(effect -> {
            Band band = interval.apply(effect.intervals());
            double y = mass.applyAsDouble(effect);
            points.add(new Point(effect.firstLayer(), y, Math.min(y, band.low()), Math.max(y, band.high())));
        });
        return new Line(name, points, base);
    }

    /**
     * @param layers how many there are
     * @param chosen the layers that are steered
     * @return a few layers to look at: the first, the last, the first that is steered, and some between
     */
    public static List<Integer> someLayers(int layers, List<Integer> chosen) {
        TreeSet<Integer> some = new TreeSet<>();
        if (!chosen.isEmpty()) {
            some.add(chosen.get(0));
        }
        for (int i = 0; i < PLANES && some.size() < PLANES; i++) {
            some.add((int) Math.round((double) i * (layers - 1) / (PLANES - 1)));
        }
        some.add(layers - 1);
        return List.copyOf(some);
    }

    /**
     * @param vector the vector
     * @param planes where the prompts lie
     * @return {@code planes}
     */
    public static Chart planes(SteeringVector vector, List<StatePlanes.Plane> planes) {
        return PlaneChart.of(
                "model: " + vector.provenance().modelName(),
                planes.stream()
                        .map(plane -> new PlaneChart.Plane(
                                plane.layer(),
                                plane.share(),
                                plane.places().stream()
                                        .map(place ->
                                                new PlaneChart.Dot(place.first(), place.second(), place.harmful()))
                                        .toList()))
                        .toList());
    }
}
