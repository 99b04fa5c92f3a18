package dev.steering.cli.charts;

import dev.steering.eval.ComparisonResult;
import dev.steering.eval.compare.CurvePoint;
import dev.steering.eval.compare.MethodFigures;
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
        return of(result.test().model(), result.test().judge(), result.methods());
    }

    /**
     * @param model the model's name
     * @param judge who told refusals
     * @param methods the methods with their curves
     * @return the chart
     */
    public static Chart of(String model, String judge, List<MethodFigures> methods) {
        int prompts = methods.get(0).curve().get(0).figures().prompts();
        return TradeOffChart.of(
                "model: " + model + "  \u00B7  " + prompts + " development prompts",
                "Every dot is a strength; rings: the strengths that methods are judged by. Judge: " + judge + ".",
                methods.stream().map(ComparisonChart::curve).toList());
    }

    private static Curve curve(MethodFigures method) {
        CurvePoint chosen = method.choice().point();
        return new Curve(
                method.name(),
                method.curve().stream()
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
