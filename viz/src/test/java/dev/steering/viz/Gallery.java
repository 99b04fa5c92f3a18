package dev.steering.viz;

import dev.steering.core.arithmetic.VectorComparison;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.DirectionSearch.Candidate;
import dev.steering.core.search.DirectionSearch.Limits;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.viz.BandChart.Along;
import dev.steering.viz.BandChart.Line;
import dev.steering.viz.BandChart.Panel;
import dev.steering.viz.HeatMapChart.Cell;
import dev.steering.viz.HeatMapChart.Grid;
import dev.steering.viz.ParetoChart.Mark;
import dev.steering.viz.ParetoChart.Place;
import dev.steering.viz.ParetoChart.Reach;
import dev.steering.viz.TradeOffChart.Curve;
import dev.steering.viz.TradeOffChart.Point;
import dev.steering.viz.TradeOffChart.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** One chart of every kind, of models with so many layers and of data that is hard to draw. */
final class Gallery {
    /** Spaces, Chinese, Arabic, an emoji, control characters, a right-to-left override, and nothing. */
    static final List<String> ODD = List.of(
            "<|start_header_id|>",
            " the",
            "\n",
            "\u4F60\u597D\u4E16\u754C",
            "\u0627\u0644\u0633\u0644\u0627\u0645",
            "\uD83D\uDE00",
            "\u0000",
            "",
            " internationalization of everything",
            "\u202Eabc",
            "\t\t",
            "  ");

    static final List<String> METHODS = List.of(
            "default",
            "prompt",
            "scans",
            "self-cd",
            "add",
            "subtract",
            "ablate",
            "surgical",
            "partial-or",
            "acd",
            "acd-untuned",
            "random",
            "id-null",
            "id-opposite",
            "a-method-of-somebody-else \u4F60\u597D");

    private Gallery() {}

    static List<Chart> of(int layers) {
        List<Chart> all = new ArrayList<>();
        SteeringVector vector = ReliabilityChartTest.vector(layers)
                .withAnchoring(Samples.anchoring(layers, Samples.chosen(layers)))
                .withSearch(search(layers));
        all.addAll(LayerCharts.of(vector).all());
        all.addAll(LearningCharts.of(LearningChartsTest.learned(
                        layers, IntStream.range(0, layers).boxed().toList()))
                .all());
        all.addAll(comparisons(layers, 3));
        all.addAll(comparisons(layers, 12).stream().skip(1).toList());
        all.add(rates());
        all.addAll(curves(METHODS.size()));
        all.add(front());
        all.add(dose());
        all.add(effects(layers));
        all.add(along());
        all.add(trace(layers));
        all.add(strengths(layers));
        ScoreChart scores = scores();
        all.add(scores.scores());
        all.add(scores.roc());
        all.add(planes(layers));
        return all;
    }

    /** As little as there can be. */
    static List<Chart> least() {
        List<Chart> all = new ArrayList<>(LayerCharts.of(Samples.anchored(1)).all());
        all.add(TradeOffChart.of("", "", List.of(curve("scans", 1, false))));
        all.add(TradeOffChart.byMethod("", "", List.of(curve("scans", 1, false))));
        Place none = new Place(0, 0);
        all.add(ParetoChart.of(
                "",
                "",
                List.of(none),
                List.of(none),
                new Mark("unsteered", "", none, none),
                new Mark("best", "", none, none)));
        all.add(BandChart.of(
                "dose-response-one",
                "What does more strength do?",
                "",
                "",
                new Along("strength", 0, List.of()),
                List.of(new Panel(
                        "refused (%)", 0, 100, List.of(new Line("one", List.of(new BandChart.Point(1, 50)), null))))));
        all.add(HeatMapChart.of("trace-one", "One", "", "", 1, grid(1, 1, true)));
        all.add(new ScoreChart("", "score", List.of(1.0), List.of(1.0), 1, 0.5, "").scores());
        all.add(PlaneChart.of("", List.of(new PlaneChart.Plane(0, 1, List.of(new PlaneChart.Dot(0, 0, true))))));
        Map<String, RateChart.Rate> rate = Map.of("safe", new RateChart.Rate(0, 1, 0, 0.8));
        all.add(RateChart.of("Refused", "", "", List.of(new RateChart.Series("default", rate))));
        return all;
    }

    static DirectionSearch search(int layers) {
        List<Candidate> candidates = new ArrayList<>();
        int searched = Math.max(1, 4 * layers / 5);
        for (int position = -6; position < 0; position++) {
            for (int layer = 0; layer < searched; layer++) {
                double depth = (double) layer / layers;
                candidates.add(new Candidate(
                        position,
                        layer,
                        6 - 14 * Math.exp(-20 * Math.pow(depth - 0.5, 2)) + position,
                        0.3 * depth,
                        depth * 4 - 1));
            }
        }
        return new DirectionSearch(
                null,
                "all-points",
                -2,
                searched / 2,
                1,
                new Limits(0.15, 0.8, 0.0),
                List.of("I"),
                List.of(),
                7.25,
                candidates);
    }

    private static List<Chart> comparisons(int layers, int count) {
        List<SteeringVector> vectors = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            vectors.add(Samples.plain(layers));
            names.add("vectors/of-a-rather-long-name-" + i + ".safetensors");
        }
        List<Chart> charts = VectorComparisonChart.of(names, VectorComparison.of(vectors, ModelCheck.SAME_MODEL));
        return charts;
    }

    private static Chart rates() {
        List<RateChart.Series> series = new ArrayList<>();
        for (int m = 0; m < 12; m++) {
            Map<String, RateChart.Rate> rates = new LinkedHashMap<>();
            rates.put("harmless: over-refusal", new RateChart.Rate(27 + m, 360, 0.05, 0.15));
            rates.put("harmful with a very long name of its set: refusal", new RateChart.Rate(360, 360, 0.98, 1));
            rates.put("plain: over-refusal", new RateChart.Rate(0, 140, 0, 0.03));
            series.add(new RateChart.Series(METHODS.get(m), rates));
        }
        return RateChart.of("Both sides of safety: what is refused", "model: demo", "Wilson 95 % intervals.", series);
    }

    private static Curve curve(String name, int points, boolean jailbreaks) {
        Random random = new Random(name.hashCode());
        List<Point> curve = new ArrayList<>();
        double at = random.nextDouble() / 3;
        for (int i = 0; i < points; i++) {
            at = Math.min(1, at + random.nextDouble() / points);
            curve.add(new Point(
                    points == 1 ? null : (Double) (0.25 * i),
                    share(at / 1.5),
                    share(at),
                    jailbreaks ? share(at * at) : null,
                    i == points / 2));
        }
        return new Curve(name, curve);
    }

    private static Share share(double value) {
        return new Share(value, Math.max(0, value - 0.12), Math.min(1, value + 0.12));
    }

    static List<Chart> curves(int methods) {
        List<Curve> curves = IntStream.range(0, methods)
                .mapToObj(m -> curve(METHODS.get(m), m < 2 ? 1 : 6, true))
                .toList();
        String subtitle = "model: demo  \u00B7  80 development prompts";
        return List.of(
                TradeOffChart.of(subtitle, "Every dot is a strength. Judge: scans's list.", curves),
                TradeOffChart.byMethod(subtitle, "Every dot is a strength; bands: 95 % bootstrap intervals.", curves));
    }

    private static Chart front() {
        List<Place> front = List.of(new Place(0, 0.2), new Place(0.05, 0.02), new Place(0.3, 0));
        List<Place> settings = new ArrayList<>(front);
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            settings.add(new Place(random.nextDouble(), random.nextDouble()));
        }
        Place chosen = new Place(0.05, 0.02, new Reach(0.02, 0.1, 0.01, 0.05));
        return ParetoChart.of(
                "model: demo  \u00B7  203 settings",
                "Filled: development prompts. Hollow: test prompts. Judge: scans's list.",
                settings,
                front,
                new Mark("unsteered", "", new Place(0.4, 0), new Place(0.35, 0)),
                new Mark(
                        "recommended",
                        "layers 10-20, alpha 3.5, threshold 0.1234",
                        /* place= */ chosen,
                        /* test= */ new Place(0.1, 0.03)));
    }

    private static Chart dose() {
        List<Line> refused = new ArrayList<>();
        for (int m = 0; m < 12; m++) {
            double shift = 4 * m;
            refused.add(new Line(
                    "set of prompts " + m + ": refusal",
                    IntStream.range(0, 7)
                            .mapToObj(i -> new BandChart.Point(
                                    i / 16.0,
                                    shift + 5 * i,
                                    Math.max(0, shift + 5 * i - 8),
                                    Math.min(100, shift + 5 * i + 8)))
                            .toList(),
                    m % 3 == 0 ? (Double) (80.0 - m) : null));
        }
        Line cost = new Line(
                "KL, harmless prompts",
                IntStream.range(0, 7)
                        .mapToObj(i -> new BandChart.Point(i / 16.0, 0.01 * i * i, 0.008 * i * i, 0.013 * i * i))
                        .toList(),
                null);
        return BandChart.of(
                "dose-response-scans",
                "What does more strength do: scans?",
                "model: demo  \u00B7  400 prompts",
                "Share refused at every strength that was tried, with Wilson 95 % intervals; dashed: without steering.",
                new Along("strength", 0, List.of()),
                List.of(
                        new Panel("refused (%)", 0, 100, refused),
                        new Panel("KL per token (nats)", 0, 0.5, List.of(cost))));
    }

    private static Chart effects(int layers) {
        List<Panel> panels = new ArrayList<>();
        for (String side : List.of("refused", "answered")) {
            List<Line> lines = new ArrayList<>();
            for (String sign : List.of("added", "subtracted")) {
                double up = sign.equals("added") ? 0.3 : -0.3;
                lines.add(new Line(
                        sign,
                        IntStream.range(0, layers)
                                .mapToObj(l -> {
                                    double y = 0.5 + up * Math.sin(3.0 * l / layers);
                                    return new BandChart.Point(l, y, y - 0.1, y + 0.1);
                                })
                                .toList(),
                        0.5));
            }
            panels.add(new Panel("refusal mass, to be " + side, 0, 1, lines));
        }
        return BandChart.of(
                "layer-effects",
                "What does steering at one layer alone do?",
                "model: demo",
                "Refusal mass: probability of refusal tokens, mean over the first 8 tokens of the answers.",
                new Along("layer", layers, Samples.chosen(layers)),
                panels);
    }

    private static Chart along() {
        List<Line> lines = new ArrayList<>();
        for (String setting : List.of("without steering", "with steering")) {
            lines.add(new Line(
                    setting,
                    IntStream.range(0, 180)
                            .mapToObj(i ->
                                    new BandChart.Point(i, Math.sin(i / 9.0) + (setting.startsWith("without") ? 0 : 1)))
                            .toList(),
                    null));
        }
        return BandChart.of(
                "trace-along",
                "How far does the text point along the direction?",
                "model: demo  \u00B7  \u4F60\u597D \u0627\u0644 \uD83D\uDE00 " + "a long prompt ".repeat(12),
                "Dot product with the unit direction.",
                new Along("token", 180, List.of()),
                List.of(new Panel("projection after layer 3", -1.1, 2.1, lines)));
    }

    private static Grid grid(int rows, int columns, boolean words) {
        List<List<Cell>> cells = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            List<Cell> row = new ArrayList<>();
            for (int c = 0; c < columns; c++) {
                row.add(new Cell(Math.sin(r + c), words ? ODD.get((r + c) % ODD.size()) : null));
            }
            cells.add(row);
        }
        return new Grid(
                "layer",
                IntStream.range(0, rows).mapToObj(Integer::toString).toList(),
                "token",
                IntStream.range(0, columns)
                        .mapToObj(c -> words ? ODD.get(c % ODD.size()) : Integer.toString(c))
                        .toList(),
                List.of(columns - 1),
                cells);
    }

    private static Chart trace(int layers) {
        return HeatMapChart.of(
                "trace-unsteered",
                "What does each state read as, without steering?",
                "model: demo",
                "Text: the token that a state reads as. Colour: cosine with the layer's direction.",
                1,
                grid(layers, 24, true));
    }

    private static Chart strengths(int layers) {
        List<List<Cell>> cells = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int r = 0; r < layers; r++) {
            List<Cell> row = new ArrayList<>();
            for (int c = 0; c < 13; c++) {
                row.add(new Cell(
                        r == 0 && c == 3 ? Double.NaN : 100.0 * c / 12 * (r + 1) / layers,
                        r == 0 && c == 3 ? "" : null));
            }
            names.add(r == layers - 1 ? "2,4,6,8,10,12,14,16,18,20" : r + "-" + (r + 1));
            cells.add(row);
        }
        return HeatMapChart.of(
                "strength-map-safe",
                "Where and how strongly: refused of safe (%)",
                "model: demo",
                "Per cent refused.",
                100,
                new Grid(
                        "layers",
                        names,
                        "strength",
                        IntStream.range(0, 13).mapToObj(c -> "+" + 0.0625 * c).toList(),
                        List.of(),
                        cells));
    }

    private static ScoreChart scores() {
        Random random = new Random(3);
        return new ScoreChart(
                "model: demo  \u00B7  leave one out",
                "mean transition cosine at layers 3-4",
                IntStream.range(0, 200)
                        .mapToObj(i -> 0.3 + 0.2 * random.nextGaussian())
                        .toList(),
                IntStream.range(0, 200)
                        .mapToObj(i -> 0.2 * random.nextGaussian())
                        .toList(),
                0.15,
                0.85,
                "[0.81, 0.89]");
    }

    private static Chart planes(int layers) {
        Random random = new Random(9);
        List<PlaneChart.Plane> planes = new ArrayList<>();
        for (int l = 0; l < 6; l++) {
            List<PlaneChart.Dot> dots = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                dots.add(new PlaneChart.Dot(
                        random.nextGaussian() + (i % 2 == 0 ? l : 0), random.nextGaussian(), i % 2 == 0));
            }
            planes.add(new PlaneChart.Plane(l * (layers - 1) / 5, 0.5, dots));
        }
        return PlaneChart.of("model: demo", planes);
    }
}
