package dev.steering.apply;

import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method under its name: what can be said about it, and how it comes to a model. Every method is a package with one of these, named in
 * {@code methods.list} beside {@link MethodRegistry}: that one line makes it known to whoever chooses methods by name. Methods in other jars
 * are named as services instead, in {@code META-INF/services/dev.steering.apply.MethodDefinition}. Implementations are stateless and have a public constructor without parameters.
 */
public interface MethodDefinition {
    /** @return as users write it, e.g. {@code scans} */
    String name();

    /** @return what it does, in a few words for lists */
    String words();

    /** @return everything that it looks at */
    List<MethodOption<?>> options();

    /** @return what it cannot do without; a part of the options */
    default List<MethodOption<?>> required() {
        return List.of();
    }

    /** @return the option that says how strong it is; null if it has no strength */
    default @Nullable MethodOption<Double> strength() {
        return null;
    }

    /**
     * @param arguments what is said
     * @return strengths that are worth comparing, ascending; empty if it has no strength, or nothing says which
     */
    default List<Double> strengths(MethodArguments arguments) {
        return List.of();
    }

    /** @return whether users choose it by its name alone */
    default boolean isListed() {
        return true;
    }

    /** @return whether it needs a steering vector */
    default boolean needsVector() {
        return required().contains(MethodArguments.VECTOR);
    }

    /**
     * @param model the model; whether vectors and soft prompts belong to it is the caller's to check
     * @param arguments what is said; options that are not the method's are not looked at
     * @return the method on that model
     * @throws dev.steering.core.SteeringException if something is missing or does not fit the model
     */
    Method bind(ChatModel model, MethodArguments arguments);
}
