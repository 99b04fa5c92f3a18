package dev.steering.cli.charts;

import dev.steering.eval.ComparedCurves;
import dev.steering.eval.ComparisonResult;
import dev.steering.eval.compare.CurvePoint;
import dev.steering.eval.compare.Share;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.viz.Chart;
import dev.steering.viz.TradeOffChart;
import dev.steering.viz.TradeOffChart.Curve;
import dev.steering.viz.TradeOffChart.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The curves of a comparison. */
public final class ComparisonChart {
    private ComparisonChart() {}

    /**
     * @param result what came of a comparison
     * @return the chart
     */
    public static Chart of(ComparisonResult result) {
        List<Curve> curves = result.methods().stream()
                .map(method ->
                        curve(method.name(), method.curve(), method.choice().point()))
                .toList();
        return of(
                result.test().model(), result.test().judge(), result.unsteered().curve(), curves);
    }

    /**
     * @param model the model's name
     * @param judge who told refusals
     * @param compared the curves
     * @return the chart
     */
    public static Chart of(String model, String judge, ComparedCurves compared) {
        List<Curve> curves = compared.contestants().stream()
                .map(method -> curve(
                        method.name(),
                        compared.curve(method),
                        compared.choice(method).point()))
                .toList();
        return of(model, judge, compared.curve(compared.contestants().get(0)), curves);
    }

    private static Chart of(String model, String judge, List<CurvePoint> unsteered, List<Curve> curves) {
        return TradeOffChart.of(
                "model: " + model + "  \u00B7  " + unsteered.get(0).figures().prompts() + " development prompts",
                "Every dot is a strength; rings: the strengths that methods are judged by. Judge: " + judge + ".",
                curves);
    }

    private static Curve curve(String name, List<CurvePoint> points, CurvePoint chosen) {
        return new Curve(
                name,
                points.stream()
                        .map(point -> point(point.figures(), point.equals(chosen)))
                        .toList());
    }

    private static Point point(SplitFigures figures, boolean chosen) {
        @Nullable Share jailbreak = figures.jailbreakRefusal();
        return new Point(
                figures.overRefusal().value(),
                figures.harmfulRefusal().value(),
                jailbreak == null ? null : (Double) jailbreak.value(),
                chosen);
    }
}
