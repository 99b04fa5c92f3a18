package dev.steering.apply.planned;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.model.chat.ChatModel;
import java.util.List;

/** A plan that is given as a whole. */
public final class PlanDefinition implements MethodDefinition {
    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String words() {
        return "what a plan says";
    }

    @Override
    public boolean isListed() {
        return false;
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(MethodArguments.PLAN, MethodArguments.PLAN_VECTORS);
    }

    @Override
    public List<MethodOption<?>> required() {
        return options();
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        return PlannedMethod.of(
                name(),
                model,
                arguments.require(name(), MethodArguments.PLAN),
                arguments.require(name(), MethodArguments.PLAN_VECTORS));
    }
}
