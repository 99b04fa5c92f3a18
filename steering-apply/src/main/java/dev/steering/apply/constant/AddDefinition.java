package dev.steering.apply.constant;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.core.vector.Anchoring;
import java.util.List;

/** {@code h + alpha v}: towards refusal (arXiv 2406.11717, Eq. 3, with a strength). For every prompt, from its last token on. */
public final class AddDefinition extends SteeringDefinition {
    @Override
    public String name() {
        return "add";
    }

    @Override
    public String words() {
        return "the vector added: towards refusal";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(MethodArguments.VECTOR, MethodArguments.ALPHA, MethodArguments.SCALE, MethodArguments.LAYERS);
    }

    @Override
    public SteeringPlan plan(MethodArguments arguments) {
        NamedVector named = arguments.requireVector(name());
        Anchoring anchoring = named.vector().anchoring();
        Operation operation = new Operation.Add(alpha(arguments, anchoring), scale(arguments, named.vector()), false);
        return SteeringPlan.of(
                Step.of(VectorReference.to(named.file(), named.vector()), operation, layers(arguments, anchoring)));
    }
}
