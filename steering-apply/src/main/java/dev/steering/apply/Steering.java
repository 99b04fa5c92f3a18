package dev.steering.apply;

import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;

/**
 * What is to be done to a model while it answers: a method of the {@link MethodRegistry} with what is said about it. Immutable; belongs
 * to no model until {@link SteeredModel#prepare} takes it.
 *
 * <p>Strength, layers, scale and threshold are the vector's own, as anchoring stored them, unless something else is said.
 */
public final class Steering {
    private static final String SELF_CD = "self-cd";
    private static final String ACD = "acd";
    private static final String SOFT_PROMPTS = "soft-prompts";

    private final String method;
    private final MethodArguments arguments;
    private final ModelCheck check;

    private Steering(String method, MethodArguments arguments, ModelCheck check) {
        this.method = method;
        this.arguments = arguments;
        this.check = check;
    }

    /** @return nothing: the model as it is */
    public static Steering none() {
        return method("default");
    }

    /**
     * SCANS: every question is classified, and the vector added if it is harmful, else subtracted.
     *
     * @param vector a vector with its transition reference, whose layers have been anchored
     * @return that steering
     */
    public static Steering scans(SteeringVector vector) {
        return method("scans").withVector(vector);
    }

    /**
     * @param vector the vector, whose layers have been anchored or are said
     * @return adds it, which for a refusal vector is towards refusal
     */
    public static Steering add(SteeringVector vector) {
        return method("add").withVector(vector);
    }

    /**
     * @param vector the vector, whose layers have been anchored or are said
     * @param alpha strength, a finite number
     * @return adds it
     */
    public static Steering add(SteeringVector vector, double alpha) {
        return add(vector).withStrength(alpha);
    }

    /**
     * @param vector the vector, whose layers have been anchored or are said
     * @return subtracts it, which for a refusal vector is away from refusal
     */
    public static Steering subtract(SteeringVector vector) {
        return method("subtract").withVector(vector);
    }

    /**
     * @param vector the vector, whose layers have been anchored or are said
     * @param alpha strength, a finite number
     * @return subtracts it
     */
    public static Steering subtract(SteeringVector vector, double alpha) {
        return subtract(vector).withStrength(alpha);
    }

    /**
     * @param vector the vector, whose layers have been anchored or are said
     * @return projects the component along it out
     */
    public static Steering ablate(SteeringVector vector) {
        return method("ablate").withVector(vector);
    }

    /** @return self-contrastive decoding with its published constants */
    public static Steering selfCd() {
        return method(SELF_CD);
    }

    /**
     * @param alpha how much the safety prompt's effect is taken back, a finite number; 2.5 in the public code
     * @return self-contrastive decoding with the published safety prompt
     */
    public static Steering selfCd(double alpha) {
        return selfCd().withStrength(alpha);
    }

    /**
     * @param prompts soft prompts tuned on the model
     * @return adversarial contrastive decoding
     */
    public static Steering acd(SoftPrompts prompts) {
        return method(ACD).with(option(SOFT_PROMPTS, SoftPrompts.class), prompts);
    }

    /**
     * @param prompts soft prompts tuned on the model
     * @param alpha how much of the opposite context's logits is taken off, 0 to below 1
     * @return adversarial contrastive decoding
     */
    public static Steering acd(SoftPrompts prompts, double alpha) {
        return acd(prompts).withStrength(alpha);
    }

    /**
     * @param plan what to do
     * @param vectors the vectors that it names
     * @return does it
     */
    public static Steering plan(SteeringPlan plan, PlanVectors vectors) {
        MethodArguments said =
                MethodArguments.NONE.with(MethodArguments.PLAN, plan).with(MethodArguments.PLAN_VECTORS, vectors);
        return new Steering("plan", said, ModelCheck.SAME_MODEL);
    }

    /**
     * @param name a method's name, see {@link MethodRegistry#names}
     * @return that method, of which nothing is said yet
     * @throws BadRequest if there is none of that name
     */
    public static Steering method(String name) {
        return new Steering(MethodRegistry.get(name).name(), MethodArguments.NONE, ModelCheck.SAME_MODEL);
    }

    /**
     * @param vector the steering vector
     * @return a copy with it
     */
    public Steering withVector(SteeringVector vector) {
        return new Steering(method, arguments.withVector(vector), check);
    }

    /**
     * @param alpha strength, a finite number: it multiplies the vector in the scale stored with it unless another is said; for methods
     *     that contrast contexts it is their alpha
     * @return a copy with it
     * @throws BadRequest if it is not finite, or the method has no strength
     */
    public Steering withStrength(double alpha) {
        MethodOption<Double> strength = MethodRegistry.any(method).strength();
        if (strength == null) {
            throw new BadRequest("The method " + method + " has no strength: leave it out.");
        }
        Require.finite("The strength", alpha);
        return with(strength, alpha);
    }

    /**
     * @param layers where to steer, 0-based
     * @return a copy with them
     * @throws BadRequest if the method steers at no layers
     */
    public Steering withLayers(List<Integer> layers) {
        return with(MethodArguments.LAYERS, new MethodArguments.LayerChoice(layers));
    }

    /**
     * @param scale what the strength multiplies: directions of norm 1, or as extracted
     * @return a copy with it
     * @throws BadRequest if the method has none
     */
    public Steering withScale(VectorScale scale) {
        return with(MethodArguments.SCALE, scale);
    }

    /**
     * @param option an option of the method
     * @param value its value
     * @param <T> what its values are
     * @return a copy with it
     * @throws BadRequest if the method does not look at it
     */
    public <T> Steering with(MethodOption<T> option, T value) {
        MethodDefinition definition = MethodRegistry.any(method);
        if (!definition.options().contains(option)) {
            List<String> names =
                    definition.options().stream().map(MethodOption::name).toList();
            throw new BadRequest("The method " + method + " has no option '" + option.name() + "'. It has "
                    + (names.isEmpty() ? "none" : String.join(", ", names)) + ".");
        }
        return new Steering(method, arguments.with(option, value), check);
    }

    /**
     * Lets vectors and soft prompts be applied to a model that they were not made on, at the caller's own risk: what they do there is
     * unknown, and a threshold means nothing.
     *
     * @return a copy that does not ask whose they are, only whether their sizes fit
     */
    public Steering forAnyModel() {
        return new Steering(method, arguments, ModelCheck.ANY_MODEL);
    }

    /** @return the method's name */
    public String method() {
        return method;
    }

    /** @return what is said about it */
    public MethodArguments arguments() {
        return arguments;
    }

    /** @return how strictly vectors and soft prompts must belong to the model */
    public ModelCheck check() {
        return check;
    }

    private static <T> MethodOption<T> option(String name, Class<T> type) {
        MethodOption<?> found = MethodRegistry.option(name);
        if (!found.type().equals(type)) {
            throw new IllegalStateException(name + " is a " + found.type());
        }
        @SuppressWarnings("unchecked") // its values are of that type
        MethodOption<T> typed = (MethodOption<T>) found;
        return typed;
    }

    @Override
    public String toString() {
        return method;
    }
}
