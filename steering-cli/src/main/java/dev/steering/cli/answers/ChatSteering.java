package dev.steering.cli.answers;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.LayerChoice;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.apply.Steering;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.ModelCheck;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a chat steers at the moment. What was said stays said when the method changes, and every method takes of it what it looks at;
 * what the present method does not look at cannot be said. Immutable.
 *
 * @param method its name, or {@code plan:} and a file
 * @param said what has been said about it and about others
 * @param check how strictly vectors and soft prompts must belong to the model
 */
public record ChatSteering(String method, MethodArguments said, ModelCheck check) {
    /** Takes back what was said. */
    static final String DEFAULT = "default";

    /** @throws BadRequest if there is no such method */
    public ChatSteering {
        if (!method.startsWith(Methods.PLAN_PREFIX)) {
            method =
                    method.equals("none") ? DEFAULT : MethodRegistry.get(method).name();
        }
    }

    /** @return the same, for the library */
    public Steering steering() {
        Steering steering = isPlan() ? planned() : described();
        return check == ModelCheck.ANY_MODEL ? steering.forAnyModel() : steering;
    }

    private Steering planned() {
        SteeringPlan plan = PlanFile.read(file());
        return Steering.plan(plan, PlanVectors.load(plan, file()));
    }

    private Steering described() {
        Steering steering = Steering.method(method);
        for (MethodOption<?> option : MethodRegistry.get(method).options()) {
            steering = with(steering, option);
        }
        return steering;
    }

    private <T> Steering with(Steering steering, MethodOption<T> option) {
        T value = said.get(option);
        return value == null ? steering : steering.with(option, value);
    }

    /**
     * @param steering what is done to the model
     * @return the gates that decide about every question, in the order of their decisions; none if nothing is decided
     */
    static List<Gate> gates(Steering steering) {
        SteeringPlan plan = steering.arguments().get(MethodArguments.PLAN);
        if (plan == null && MethodRegistry.get(steering.method()) instanceof SteeringDefinition definition) {
            plan = definition.plan(steering.arguments());
        }
        return plan == null ? List.of() : plan.gates();
    }

    private boolean isPlan() {
        return method.startsWith(Methods.PLAN_PREFIX);
    }

    private Path file() {
        return Path.of(method.substring(Methods.PLAN_PREFIX.length()));
    }

    /**
     * @param name a method's name
     * @return with that method
     * @throws BadRequest if there is none
     */
    public ChatSteering withMethod(String name) {
        return new ChatSteering(name, said, check);
    }

    /**
     * @param text the strength, or {@value #DEFAULT}
     * @return with it, for this method and those that have the same strength
     * @throws BadRequest if it is no strength, or the method has none
     */
    public ChatSteering withStrength(String text) {
        MethodOption<Double> strength =
                isPlan() ? null : MethodRegistry.get(method).strength();
        if (strength == null) {
            throw new BadRequest("The method " + method + " has no strength.");
        }
        return saying(strength, text.equals(DEFAULT) ? null : (Double) MethodSetting.strength(text));
    }

    /**
     * @param text layers such as {@code 1,4-6}, or {@value #DEFAULT}
     * @return with them
     * @throws BadRequest if they are none, or the method steers at no layers
     */
    public ChatSteering withLayers(String text) {
        requireLookedAt(MethodArguments.LAYERS);
        return saying(MethodArguments.LAYERS, text.equals(DEFAULT) ? null : LayerChoice.parse(text));
    }

    /**
     * @param setting an option of the method
     * @return with it
     * @throws BadRequest if the method does not look at it
     */
    public ChatSteering with(MethodSetting setting) {
        requireLookedAt(setting.option());
        return new ChatSteering(method, setting.applied(said), check);
    }

    private <T> ChatSteering saying(MethodOption<T> option, @Nullable T value) {
        return new ChatSteering(method, said.with(option, value), check);
    }

    private void requireLookedAt(MethodOption<?> option) {
        if (isPlan()) {
            throw new BadRequest("A plan says everything itself: nothing can be said about " + option + ".");
        }
        MethodDefinition definition = MethodRegistry.get(method);
        if (!definition.options().contains(option)) {
            throw new BadRequest("The method " + method + " has no option '" + option + "': it belongs to "
                    + String.join(", ", MethodRegistry.methodsWith(option)) + ".");
        }
    }
}
