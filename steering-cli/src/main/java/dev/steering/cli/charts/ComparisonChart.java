package dev.steering.cli.charts;

import dev.steering.eval.ComparedCurves;
import dev.steering.eval.ComparisonResult;
import dev.steering.eval.compare.CurvePoint;
import dev.steering.eval.compare.Share;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.eval.saved.SavedCurves;
import dev.steering.viz.Chart;
import dev.steering.viz.TradeOffChart;
import dev.steering.viz.TradeOffChart.Curve;
import dev.steering.viz.TradeOffChart.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The curves of a comparison: all of them in one picture, {@code trade-off}, and each with its intervals in {@code method-curves}. */
public final class ComparisonChart {
    private ComparisonChart() {}

    /**
     * @param result what came of a comparison
     * @return the charts
     */
    public static List<Chart> of(ComparisonResult result) {
        List<Curve> curves = result.methods().stream()
                .map(method ->
                        curve(method.name(), method.curve(), method.choice().point()))
                .toList();
        return of(
                result.test().model(),
                result.test().judge(),
                prompts(result.unsteered().curve()),
                curves);
    }

    /**
     * @param model the model's name
     * @param judge who told refusals
     * @param compared the curves
     * @return the charts
     */
    public static List<Chart> of(String model, String judge, ComparedCurves compared) {
        List<Curve> curves = compared.contestants().stream()
                .map(method -> curve(
                        method.name(),
                        compared.curve(method),
                        compared.choice(method).point()))
                .toList();
        return of(model, judge, prompts(compared.curve(compared.contestants().get(0))), curves);
    }

    /**
     * @param saved the curves that a comparison has left
     * @return the charts
     */
    public static List<Chart> of(SavedCurves saved) {
        List<Curve> curves = saved.methods().stream()
                .map(method -> new Curve(
                        method.name(),
                        method.points().stream()
                                .map(point -> point(
                                        point.strength(),
                                        point.overRefusal(),
                                        point.harmfulRefusal(),
                                        point.jailbreakRefusal(),
                                        point.chosen()))
                                .toList()))
                .toList();
        return of(
                saved.model(),
                saved.judge(),
                saved.methods().get(0).points().get(0).prompts(),
                curves);
    }

    private static int prompts(List<CurvePoint> unsteered) {
        return unsteered.get(0).figures().prompts();
    }

    private static List<Chart> of(String model, String judge, int prompts, List<Curve> curves) {
        String subtitle = "model: " + model + "  \u00B7  " + prompts + " development prompts";
        return List.of(
                TradeOffChart.of(
                        subtitle,
                        "Every dot is a strength; rings: the strengths that methods are judged by. Judge: " + judge
                                + ".",
                        curves),
                TradeOffChart.byMethod(
                        subtitle,
                        "Every dot is a strength; bands: 95 % bootstrap intervals of both sides; grey: the other methods. Judge: "
                                + judge + ".",
                        curves));
    }

    private static Curve curve(String name, List<CurvePoint> points, CurvePoint chosen) {
        return new Curve(
                name,
                points.stream()
                        .map(point -> {
                            SplitFigures figures = point.figures();
                            return point(
                                    point.strength(),
                                    figures.overRefusal(),
                                    figures.harmfulRefusal(),
                                    figures.jailbreakRefusal(),
                                    point.equals(chosen));
                        })
                        .toList());
    }

    private static Point point(
            @Nullable Double strength, Share over, Share harmful, @Nullable Share jailbreak, boolean chosen) {
        return new Point(strength, share(over), share(harmful), jailbreak == null ? null : share(jailbreak), chosen);
    }

    /** The quantiles of few draws may pass the share itself by. */
    private static TradeOffChart.Share share(Share share) {
        return new TradeOffChart.Share(
                share.value(), Math.min(share.low(), share.value()), Math.max(share.high(), share.value()));
    }
}
