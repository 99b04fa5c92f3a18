package dev.steering.apply;

import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.Require;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said about a method, or about several that share some of it: values of {@link MethodOption}s. What is not said is as the
 * vector stores it, else as the method has it by default. Immutable.
 */
public final class MethodArguments {
    /** Nothing is said. */
    public static final MethodArguments NONE = new MethodArguments(Map.of());

    /** The steering vector. */
    public static final MethodOption<NamedVector> VECTOR =
            MethodOption.of("vector", NamedVector.class, "the steering vector");

    /** Strength of the steering. */
    public static final MethodOption<Double> ALPHA =
            MethodOption.number("alpha", "strength of the steering, a finite number; default: the vector's");

    /** What the strength multiplies. */
    public static final MethodOption<VectorScale> SCALE = MethodOption.of(
                    "scale",
                    VectorScale.class,
                    "what the strength multiplies, unit or raw directions; default: the vector's")
            .readBy(text -> VectorScale.valueOf(text.toUpperCase(Locale.ROOT)));

    /** Where to steer. */
    public static final MethodOption<LayerChoice> LAYERS =
            MethodOption.of("layers", LayerChoice.class, "layers to steer, 0-based; default: the vector's");

    /** Seed of random directions. */
    public static final MethodOption<Long> SEED = MethodOption.of(
                    "seed", Long.class, "seed of the random direction, a whole number; default: 0")
            .readBy(Long::valueOf);

    /** The plan to follow. */
    public static final MethodOption<SteeringPlan> PLAN = MethodOption.of("plan", SteeringPlan.class, "the plan");

    /** The vectors that the plan names. */
    public static final MethodOption<PlanVectors> PLAN_VECTORS =
            MethodOption.of("plan-vectors", PlanVectors.class, "the vectors that the plan names");

    private final Map<MethodOption<?>, Object> values;

    private MethodArguments(Map<MethodOption<?>, Object> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * A vector and where it came from.
     *
     * @param vector the vector
     * @param file path of its file, for plans that are saved; empty if it is in none
     */
    public record NamedVector(SteeringVector vector, String file) {}

    /**
     * Layers that were chosen.
     *
     * @param layers 0-based
     */
    public record LayerChoice(List<Integer> layers) {
        public LayerChoice {
            layers = List.copyOf(layers);
        }
    }

    /**
     * @param option an option
     * @param value its value; null to say nothing
     * @param <T> what its values are
     * @return a copy with it
     */
    public <T> MethodArguments with(MethodOption<T> option, @Nullable T value) {
        Map<MethodOption<?>, Object> changed = new LinkedHashMap<>(values);
        if (value == null) {
            changed.remove(option);
        } else {
            changed.put(option, value);
        }
        return new MethodArguments(changed);
    }

    /**
     * @param vector the steering vector
     * @param file path of its file; empty if it is in none
     * @return a copy with it
     */
    public MethodArguments withVector(SteeringVector vector, String file) {
        return with(VECTOR, new NamedVector(vector, file));
    }

    /**
     * @param vector the steering vector, in no file
     * @return a copy with it
     */
    public MethodArguments withVector(SteeringVector vector) {
        return withVector(vector, "");
    }

    /**
     * @param alpha strength; null for the vector's
     * @param scale what it multiplies; null for the vector's
     * @return a copy with them
     */
    public MethodArguments withStrength(@Nullable Double alpha, @Nullable VectorScale scale) {
        if (alpha != null) {
            Require.finite("The strength", alpha);
        }
        return with(ALPHA, alpha).with(SCALE, scale);
    }

    /**
     * @param layers where to steer, 0-based; null for the vector's
     * @return a copy with them
     */
    public MethodArguments withLayers(@Nullable List<Integer> layers) {
        return with(LAYERS, layers == null ? null : new LayerChoice(layers));
    }

    /**
     * @param option an option
     * @param <T> what its values are
     * @return its value; null if nothing is said
     */
    public <T> @Nullable T get(MethodOption<T> option) {
        Object value = values.get(option);
        return value == null ? null : option.type().cast(value);
    }

    /**
     * @param option an option
     * @param otherwise its value if nothing is said
     * @param <T> what its values are
     * @return its value
     */
    public <T> T get(MethodOption<T> option, T otherwise) {
        T value = get(option);
        return value == null ? otherwise : value;
    }

    /**
     * @param method who needs it
     * @return the steering vector
     * @throws BadRequest if there is none
     */
    public NamedVector requireVector(String method) {
        NamedVector vector = get(VECTOR);
        if (vector == null) {
            throw new BadRequest("The method " + method + " needs a steering vector.").withRemedy(Remedy.GIVE_VECTOR);
        }
        return vector;
    }

    /**
     * @param method who needs it
     * @param option an option
     * @param <T> what its values are
     * @return its value
     * @throws BadRequest if nothing is said
     */
    public <T> T require(String method, MethodOption<T> option) {
        T value = get(option);
        if (value == null) {
            throw new BadRequest("The method " + method + " needs " + option.words() + ".");
        }
        return value;
    }

    /** @return where to steer, 0-based; null for the vector's */
    public @Nullable List<Integer> layers() {
        LayerChoice choice = get(LAYERS);
        return choice == null ? null : choice.layers();
    }

    /** @return the options of which something is said */
    public Collection<MethodOption<?>> options() {
        return values.keySet();
    }
}
