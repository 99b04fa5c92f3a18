package dev.steering.apply.constant;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.planned.SteeringDefinition;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code h + alpha v}: towards refusal. For every prompt, from its last token on. */
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
        return adding(arguments, 1, UnaryOperator.identity());
    }
}
