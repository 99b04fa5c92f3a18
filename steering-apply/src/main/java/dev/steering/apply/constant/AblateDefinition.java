package dev.steering.apply.constant;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.SteeringDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code h - (h . u) u} with u the unit vector: the component along the direction is removed (arXiv 2406.11717, Eq. 4). For every prompt, from its last token on. */
public final class AblateDefinition extends SteeringDefinition {
    @Override
    public String name() {
        return "ablate";
    }

    @Override
    public String words() {
        return "the component along the vector projected out";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(MethodArguments.VECTOR, MethodArguments.LAYERS);
    }

    /** It removes all of the component. */
    @Override
    public @Nullable MethodOption<Double> strength() {
        return null;
    }

    @Override
    public SteeringPlan plan(MethodArguments arguments) {
        NamedVector named = arguments.requireVector(name());
        Operation operation = new Operation.ProjectOut(1, false);
        return SteeringPlan.of(Step.of(
                VectorReference.to(named.file(), named.vector()), operation, chosenLayers(arguments, named.vector())));
    }
}
