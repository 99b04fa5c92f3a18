package dev.steering.apply.surgical;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.core.Require;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.PartialOrthogonal;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Partial orthogonalisation (compared in arXiv 2602.06256): {@code h - alpha v} with {@code v = w - lambda (w . r) / (r . r) r} layer by layer,
 * w being the over-refused and r the harmful mean difference of that layer. For every prompt, from its last token on. There is no public
 * code: the amount lambda, and that v keeps the length that is left (unless a unit scale is asked for), are this toolkit's.
 */
public final class PartialOrDefinition implements MethodDefinition {
    static final String NAME = "partial-or";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "the over-refused direction, without a share of the harmful one, subtracted";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(
                MethodArguments.VECTOR,
                MethodArguments.ALPHA,
                MethodArguments.SCALE,
                MethodArguments.LAYERS,
                SurgicalDefinition.LAMBDA);
    }

    @Override
    public List<MethodOption<?>> required() {
        return List.of(MethodArguments.VECTOR);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return MethodArguments.ALPHA;
    }

    /** 1 of raw directions is the mean difference itself. */
    @Override
    public List<Double> strengths(MethodArguments arguments) {
        double own = arguments.get(MethodArguments.ALPHA, 1.0);
        return Stream.of(0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
                .map(factor -> factor * own)
                .toList();
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        SteeringVector vector = arguments.requireVector(NAME).vector();
        DirectionSearch search = SurgicalDefinition.requireSearch(vector, NAME);
        double lambda = SurgicalDefinition.lambda(arguments, search);
        double alpha = Require.finite("The strength", arguments.get(MethodArguments.ALPHA, 1.0));
        VectorScale scale = arguments.get(MethodArguments.SCALE, VectorScale.RAW);
        List<Integer> said = arguments.layers();
        SteeringVector partial = vector.withDirections(directions(vector.requireContrasts(), lambda));
        Step step = Step.of(
                VectorReference.to("", partial),
                new Operation.Add(-alpha, scale, false),
                said == null ? List.of(search.layer()) : said);
        return PlannedMethod.of(NAME, model, SteeringPlan.of(step), PlanVectors.of(partial));
    }

    static LayerMatrix directions(SteeringVector.Contrasts contrasts, double lambda) {
        float[][] rows = new float[contrasts.harmful().layers()][];
        for (int layer = 0; layer < rows.length; layer++) {
            rows[layer] = PartialOrthogonal.floats(PartialOrthogonal.of(
                    PartialOrthogonal.doubles(contrasts.overRefused().row(layer)),
                    PartialOrthogonal.doubles(contrasts.harmful().row(layer)),
                    lambda));
        }
        return LayerMatrix.of(rows);
    }
}
