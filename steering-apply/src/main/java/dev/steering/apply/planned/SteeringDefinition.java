package dev.steering.apply.planned;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A method that steers with one vector: it is a plan, whose numbers come from what is said and else from the vector's anchoring. */
public abstract class SteeringDefinition implements MethodDefinition {
    private static final List<Double> FACTORS = List.of(0.25, 0.5, 0.75, 1.0, 1.25, 1.5);

    /**
     * @param arguments what is said
     * @return the plan that it follows
     * @throws dev.steering.core.SteeringException if it needs a vector, strength or layers that are neither said nor stored with the
     *     vector
     */
    public abstract SteeringPlan plan(MethodArguments arguments);

    @Override
    public List<MethodOption<?>> required() {
        return List.of(MethodArguments.VECTOR);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return MethodArguments.ALPHA;
    }

    @Override
    public List<Double> strengths(MethodArguments arguments) {
        return Objects.equals(strength(), MethodArguments.ALPHA) ? around(arguments) : List.of();
    }

    /**
     * @param arguments what is said
     * @return the strength that is said or stored with the vector, else 1, with weaker and stronger ones, ascending
     */
    public static List<Double> around(MethodArguments arguments) {
        NamedVector named = arguments.get(MethodArguments.VECTOR);
        Anchoring anchoring = named == null ? null : named.vector().anchoring();
        Double said = arguments.get(MethodArguments.ALPHA);
        double own = said != null ? said : anchoring == null ? 1 : anchoring.alpha();
        return FACTORS.stream().map(factor -> factor * own).toList();
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        SteeringVector vector = arguments.requireVector(name()).vector();
        return PlannedMethod.of(name(), model, plan(arguments), PlanVectors.of(vector));
    }

    /**
     * @param arguments what is said
     * @param sign 1 to add, -1 to subtract
     * @param direction makes the direction of the vector that is said
     * @return a plan of one step: {@code h + sign alpha v} at the layers, for every prompt, from its last token on
     */
    protected final SteeringPlan adding(
            MethodArguments arguments, double sign, UnaryOperator<VectorReference> direction) {
        NamedVector named = arguments.requireVector(name());
        Operation operation =
                new Operation.Add(sign * alpha(arguments, named.vector()), scale(arguments, named.vector()), false);
        VectorReference vector = direction.apply(VectorReference.to(named.file(), named.vector()));
        return SteeringPlan.of(placed(Step.of(vector, operation, layers(arguments, named.vector())), named.vector()));
    }

    /**
     * @param step a step along a vector
     * @param vector the vector
     * @return the step at the positions where the tool that the vector is from acts; as it is, if it is from none
     */
    protected static Step placed(Step step, SteeringVector vector) {
        ImpliedUse use = use(vector);
        return use != null && use.everyPosition() ? step.withScope(Scope.from(Span.ALL)) : step;
    }

    /** Whether layers and strength are stored, or could be: anchoring needs the transition reference. */
    private static boolean isAnchorable(SteeringVector vector) {
        return vector.anchoring() != null || vector.transitionReference() != null;
    }

    /** How the tool that a vector is from applies it; null if it is from none, or says for itself how to be used. */
    private static @Nullable ImpliedUse use(SteeringVector vector) {
        VectorOrigin origin = vector.origin();
        return origin == null || vector.anchoring() != null ? null : origin.use();
    }

    /**
     * @param arguments what is said
     * @param vector the vector
     * @return the layers to steer; what is stored with the vector if nothing is said, and else where the tool that it is from adds it;
     *     empty if nothing says
     * @throws BadRequest if nothing says and the vector has nothing to choose layers by
     */
    protected static List<Integer> layers(MethodArguments arguments, SteeringVector vector) {
        ImpliedUse use = use(vector);
        if (use != null && !use.layers().isEmpty() && arguments.layers() == null) {
            return use.layers();
        }
        return chosenLayers(arguments, vector);
    }

    /**
     * The same for a method that does something else than the tool that a vector is from.
     *
     * @param arguments what is said
     * @param vector the vector
     * @return the layers to steer; what is stored with the vector if nothing is said; empty if nothing says
     * @throws BadRequest if nothing says and the vector has nothing to choose layers by
     */
    protected static List<Integer> chosenLayers(MethodArguments arguments, SteeringVector vector) {
        if (arguments.layers() == null && !isAnchorable(vector)) {
            throw new BadRequest("No layers to steer: name some. The vector has nothing to choose them by.")
                    .withRemedy(Remedy.SAY_LAYERS);
        }
        return layers(arguments, vector.anchoring());
    }

    /**
     * @param arguments what is said
     * @param vector the vector
     * @return the strength; what is stored with the vector if nothing is said, and else what the tool that it is from multiplies by,
     *     where rows are multiplied as they are
     * @throws BadRequest if nothing says
     */
    protected static double alpha(MethodArguments arguments, SteeringVector vector) {
        ImpliedUse use = use(vector);
        boolean said = arguments.get(MethodArguments.ALPHA) != null;
        if (use == null && !said && !isAnchorable(vector)) {
            throw new BadRequest("The vector stores no strength: name one.").withRemedy(Remedy.SAY_STRENGTH);
        }
        return use != null && !said && scale(arguments, vector) == VectorScale.RAW
                ? use.strength()
                : alpha(arguments, vector.anchoring());
    }

    /**
     * @param arguments what is said
     * @param anchoring what the vector stores; null for nothing
     * @return the layers to steer; empty if nothing says
     */
    protected static List<Integer> layers(MethodArguments arguments, @Nullable Anchoring anchoring) {
        List<Integer> said = arguments.layers();
        return said != null ? said : anchoring != null ? anchoring.steeringLayers() : List.of();
    }

    /**
     * @param arguments what is said
     * @param anchoring what the vector stores; null for nothing
     * @return the strength
     * @throws BadRequest if nothing says
     */
    protected static double alpha(MethodArguments arguments, @Nullable Anchoring anchoring) {
        Double said = arguments.get(MethodArguments.ALPHA);
        if (said == null && anchoring == null) {
            throw new BadRequest("The vector stores no strength yet: name one, or anchor its layers first.")
                    .withRemedy(Remedy.GIVE_STRENGTH);
        }
        return said != null ? said : anchoring != null ? anchoring.alpha() : Double.NaN;
    }

    /**
     * @param arguments what is said
     * @param vector the vector
     * @return what the strength multiplies; what is stored with the vector if nothing says
     */
    protected static VectorScale scale(MethodArguments arguments, SteeringVector vector) {
        return arguments.get(MethodArguments.SCALE, vector.scale());
    }
}
