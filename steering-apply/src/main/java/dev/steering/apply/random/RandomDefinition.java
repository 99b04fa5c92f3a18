package dev.steering.apply.random;

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

/** A random direction of the vector's norm subtracted: what any perturbation of that size does. */
public final class RandomDefinition extends SteeringDefinition {
    @Override
    public String name() {
        return "random";
    }

    @Override
    public String words() {
        return "a random direction of the vector's norm subtracted";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(
                MethodArguments.VECTOR,
                MethodArguments.ALPHA,
                MethodArguments.SCALE,
                MethodArguments.LAYERS,
                MethodArguments.SEED);
    }

    @Override
    public SteeringPlan plan(MethodArguments arguments) {
        NamedVector named = arguments.requireVector(name());
        Anchoring anchoring = named.vector().anchoring();
        VectorReference random =
                VectorReference.to(named.file(), named.vector()).randomized(arguments.get(MethodArguments.SEED, 0L));
        Operation subtract = new Operation.Add(-alpha(arguments, anchoring), scale(arguments, named.vector()), false);
        return SteeringPlan.of(Step.of(random, subtract, layers(arguments, anchoring)));
    }
}
