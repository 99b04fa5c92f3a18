package dev.steering.apply.named;

import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Steering;
import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a request wants the model to be steered, by names that a {@link SteeringCatalog} knows. Immutable; two that say the same are equal.
 *
 * @param method a method's name ({@link dev.steering.apply.MethodRegistry#names}); null for what the vector is for: SCANS where it has a
 *     transition reference and anchored layers, else {@code add}
 * @param vector a vector's name; null for none, or for the only one that there is where the method needs one
 * @param strength a finite number; null for the vector's own
 * @param layers where to steer, 0-based; null for the vector's own
 * @param scale what the strength multiplies; null for the vector's own
 * @param options further options of the method by name, as users write them
 * @param anyModel whether vectors of another model are applied all the same
 */
public record NamedSteering(
        @Nullable String method,
        @Nullable String vector,
        @Nullable Double strength,
        @Nullable List<Integer> layers,
        @Nullable VectorScale scale,
        Map<String, String> options,
        boolean anyModel) {
    /** Nothing is done: the model as it is. */
    public static final NamedSteering NONE = new NamedSteering(null, null, null, null, null, Map.of(), false);

    /** @throws dev.steering.core.BadRequest if the strength is not finite */
    public NamedSteering {
        if (strength != null) {
            Require.finite("The strength", strength);
        }
        layers = layers == null ? null : List.copyOf(layers);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * @param name a method's name
     * @return that method
     */
    public static NamedSteering method(String name) {
        return new NamedSteering(name, null, null, null, null, Map.of(), false);
    }

    /**
     * @param name a vector's name
     * @return what that vector is for
     */
    public static NamedSteering vector(String name) {
        return NONE.withVector(name);
    }

    /**
     * @param name a method's name
     * @return a copy with it
     */
    public NamedSteering withMethod(String name) {
        return new NamedSteering(name, vector, strength, layers, scale, options, anyModel);
    }

    /**
     * @param name a vector's name
     * @return a copy with it
     */
    public NamedSteering withVector(String name) {
        return new NamedSteering(method, name, strength, layers, scale, options, anyModel);
    }

    /**
     * @param alpha a finite number
     * @return a copy with it
     * @throws dev.steering.core.BadRequest if it is not finite
     */
    public NamedSteering withStrength(double alpha) {
        return new NamedSteering(method, vector, alpha, layers, scale, options, anyModel);
    }

    /**
     * @param indices layers, 0-based
     * @return a copy with them
     */
    public NamedSteering withLayers(List<Integer> indices) {
        return new NamedSteering(method, vector, strength, indices, scale, options, anyModel);
    }

    /**
     * @param multiplied what the strength multiplies
     * @return a copy with it
     */
    public NamedSteering withScale(VectorScale multiplied) {
        return new NamedSteering(method, vector, strength, layers, multiplied, options, anyModel);
    }

    /**
     * @param name an option of the method
     * @param value its value, as users write it
     * @return a copy with it
     */
    public NamedSteering withOption(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.put(name, value);
        return new NamedSteering(method, vector, strength, layers, scale, more, anyModel);
    }

    /**
     * @param name an option of the method
     * @return a copy without it
     */
    public NamedSteering withoutOption(String name) {
        Map<String, String> fewer = new LinkedHashMap<>(options);
        fewer.remove(name);
        return new NamedSteering(method, vector, strength, layers, scale, fewer, anyModel);
    }

    /** @return a copy that is applied whoever's the vector is, at the caller's own risk */
    public NamedSteering forAnyModel() {
        return new NamedSteering(method, vector, strength, layers, scale, options, true);
    }

    /**
     * @param vector a vector for which no method is named
     * @return the method that it is for: {@code scans} where it can tell harmful prompts from harmless ones, else {@code add}
     */
    public static String methodFor(SteeringVector vector) {
        return vector.transitionReference() != null && vector.anchoring() != null ? "scans" : "add";
    }

    /**
     * @param meant the vector that the name stands for; null for none
     * @return the method that is named, or what the vector is for
     * @throws dev.steering.core.BadRequest if there is neither, or no such method
     */
    public String methodWith(@Nullable SteeringVector meant) {
        if (method != null) {
            return MethodRegistry.get(method).name();
        }
        if (meant == null) {
            throw new BadRequest(
                    "The steering names neither a method nor a vector. Name one, or leave the rest out, too.");
        }
        return methodFor(meant);
    }

    /**
     * @param meant the vector that the name stands for; null for none
     * @return the steering that is chosen
     * @throws dev.steering.core.BadRequest if there is no such method or option, or what is said does not go together
     */
    public Steering with(@Nullable SteeringVector meant) {
        String name = methodWith(meant);
        Steering steering = Steering.method(name);
        if (meant != null) {
            if (!MethodRegistry.get(name).needsVector()) {
                throw new BadRequest("The method " + name + " steers with no vector, but the request names '" + vector
                        + "'. Leave it out.");
            }
            steering = steering.withVector(meant);
        }
        if (strength != null) {
            steering = steering.withStrength(strength);
        }
        if (layers != null) {
            steering = steering.withLayers(layers);
        }
        if (scale != null) {
            steering = steering.withScale(scale);
        }
        for (Map.Entry<String, String> option : options.entrySet()) {
            steering = read(steering, MethodRegistry.option(option.getKey()), option.getValue());
        }
        return anyModel ? steering.forAnyModel() : steering;
    }

    private static <T> Steering read(Steering steering, MethodOption<T> option, String text) {
        return steering.with(option, option.read(text));
    }

    /** @return whether nothing is said */
    public boolean isNone() {
        return equals(NONE);
    }
}
