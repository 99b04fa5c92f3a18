package dev.steering.apply.random;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.planned.SteeringDefinition;
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
        long seed = arguments.get(MethodArguments.SEED, 0L);
        return adding(arguments, -1, vector -> vector.randomized(seed));
    }
}
