package dev.steering.cli.charts;

import dev.steering.viz.BandChart;
import dev.steering.viz.BandChart.Along;
import dev.steering.viz.BandChart.Line;
import dev.steering.viz.BandChart.Panel;
import dev.steering.viz.BandChart.Point;
import dev.steering.viz.Chart;
import dev.steering.viz.HeatMapChart;
import dev.steering.viz.HeatMapChart.Cell;
import dev.steering.viz.RateChart;
import dev.steering.viz.page.ReportedRun;
import dev.steering.viz.page.ReportedRun.AskedSet;
import dev.steering.viz.page.ReportedRun.Divergence;
import dev.steering.viz.page.ReportedRun.Rate;
import dev.steering.viz.page.ReportedRun.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** The charts of a run that lies on the disk: refusals of methods, refusals against strength, and of a sweep both against the layers. */
public final class RunCharts {
    private static final double FULL = 100;

    private RunCharts() {}

    /**
     * @param run an evaluation, a sweep's or a comparison's development run
     * @return its charts: {@code refusal-rates}, {@code dose-response-METHOD} and {@code strength-map-SET}, those that there are data for
     */
    public static List<Chart> of(ReportedRun run) {
        List<Chart> charts = new ArrayList<>();
        if (!run.hasStrengths()) {
            charts.add(rates(run));
        }
        Map<String, List<Variant>> families = families(run);
        families.forEach((name, variants) -> {
            if (variants.size() > 1) {
                charts.add(dose(run, name, variants));
            }
        });
        List<List<Variant>> swept = families.values().stream()
                .filter(variants -> variants.size() > 1)
                .toList();
        boolean layers = families.keySet().stream()
                        .filter(name -> name.startsWith(LAYERS))
                        .count()
                > 1;
        for (int set = 0; layers && set < run.sets().size(); set++) {
            charts.add(map(run, families, set));
        }
        return swept.isEmpty() && run.hasStrengths() ? List.of(rates(run)) : List.copyOf(charts);
    }

    /** As a run names what a sweep tried. */
    private static final String LAYERS = "layers ";

    private static Map<String, List<Variant>> families(ReportedRun run) {
        Map<String, List<Variant>> families = new LinkedHashMap<>();
        for (Variant variant : run.variants()) {
            if (variant.strength() != null) {
                families.computeIfAbsent(variant.family(), name -> new ArrayList<>())
                        .add(variant);
            }
        }
        families.values().forEach(variants -> variants.sort(Comparator.comparingDouble(RunCharts::strength)));
        return families;
    }

    private static List<Variant> of(Map<String, List<Variant>> families, String name) {
        return families.getOrDefault(name, List.of());
    }

    private static double strength(Variant variant) {
        return Objects.requireNonNull(variant.strength());
    }

    private static Chart rates(ReportedRun run) {
        List<RateChart.Series> series = new ArrayList<>();
        for (Variant variant : run.variants()) {
            Map<String, RateChart.Rate> rates = new LinkedHashMap<>();
            for (int set = 0; set < run.sets().size(); set++) {
                Rate rate = variant.rates().get(set);
                if (rate.n() > 0) {
                    rates.put(
                            label(run.sets().get(set)),
                            new RateChart.Rate(rate.refused(), rate.n(), rate.low(), rate.high()));
                }
            }
            series.add(new RateChart.Series(variant.label(), rates));
        }
        return RateChart.of(
                "Both sides of safety: what is refused",
                "model: " + run.model(),
                "Wilson 95 % intervals; over-refusal: lower is better, refusal of harmful prompts: higher is better. Judge: "
                        + run.judge() + ".",
                series);
    }

    private static String label(AskedSet set) {
        return set.name() + (set.refuse() ? ": refusal" : ": over-refusal");
    }

    private static Chart dose(ReportedRun run, String family, List<Variant> variants) {
        List<Line> lines = new ArrayList<>();
        for (int set = 0; set < run.sets().size(); set++) {
            List<Point> points = new ArrayList<>();
            for (Variant variant : variants) {
                Rate rate = variant.rates().get(set);
                points.add(new Point(strength(variant), FULL * rate.share(), FULL * rate.low(), FULL * rate.high()));
            }
            lines.add(new Line(
                    label(run.sets().get(set)),
                    points,
                    FULL * run.unsteered().rates().get(set).share()));
        }
        List<Panel> panels = new ArrayList<>(List.of(new Panel("refused (%)", 0, FULL, lines)));
        Line cost = divergence(variants);
        if (!cost.points().isEmpty()) {
            double top = cost.points().stream().mapToDouble(Point::high).max().orElse(1);
            panels.add(new Panel("KL per token (nats)", 0, top > 0 ? 1.05 * top : 1, List.of(cost)));
        }
        int unmeasured = variants.size() - cost.points().size();
        return BandChart.of(
                "dose-response-" + slug(family),
                "What does more strength do: " + family + "?",
                "model: " + run.model() + "  \u00B7  " + run.prompts().size() + " prompts",
                "Share refused at every strength that was tried, with Wilson 95 % intervals; dashed: without steering. Judge: "
                        + run.judge() + "."
                        + (cost.points().isEmpty()
                                ? " KL was not measured."
                                : " KL to the unsteered model along its answers to harmless prompts, with 95 % bootstrap intervals"
                                        + (unmeasured > 0 ? "; not measured at " + unmeasured + " strengths." : ".")),
                new Along("strength", 0, List.of()),
                panels);
    }

    private static Line divergence(List<Variant> variants) {
        List<Point> points = new ArrayList<>();
        for (Variant variant : variants) {
            Divergence kl = variant.divergence();
            if (kl != null) {
                Double low = kl.low();
                Double high = kl.high();
                points.add(new Point(
                        strength(variant),
                        kl.perToken(),
                        low == null ? kl.perToken() : low,
                        high == null ? kl.perToken() : high));
            }
        }
        return new Line("KL, harmless prompts", points, null);
    }

    private static Chart map(ReportedRun run, Map<String, List<Variant>> families, int set) {
        List<String> names = families.keySet().stream()
                .filter(name -> name.startsWith(LAYERS))
                .toList();
        TreeSet<Double> strengths = new TreeSet<>();
        names.forEach(name -> of(families, name).forEach(variant -> strengths.add(strength(variant))));
        List<List<Cell>> cells = new ArrayList<>();
        for (String name : names) {
            List<Cell> row = new ArrayList<>();
            for (double strength : strengths) {
                row.add(of(families, name).stream()
                        .filter(variant -> strength(variant) == strength)
                        .findFirst()
                        .map(variant -> new Cell(FULL * variant.rates().get(set).share(), null))
                        .orElse(new Cell(Double.NaN, "")));
            }
            cells.add(row);
        }
        AskedSet asked = run.sets().get(set);
        return HeatMapChart.of(
                "strength-map-" + slug(asked.name()),
                "Where and how strongly: refused of " + asked.name() + " (%)",
                "model: " + run.model() + "  \u00B7  "
                        + (asked.refuse() ? "to be refused, higher is better" : "to be answered, lower is better"),
                String.format(
                        Locale.ROOT,
                        "Per cent refused; without steering %.1f. Judge: %s.",
                        FULL * run.unsteered().rates().get(set).share(),
                        run.judge()),
                FULL,
                new HeatMapChart.Grid(
                        "layers",
                        names.stream()
                                .map(name -> name.substring(LAYERS.length()))
                                .toList(),
                        "strength",
                        strengths.stream().map(RunCharts::signed).toList(),
                        List.of(),
                        cells));
    }

    private static String signed(double strength) {
        return (strength > 0 ? "+" : "")
                + (strength == Math.rint(strength) ? Long.toString((long) strength) : Double.toString(strength));
    }

    private static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
