package dev.steering.eval;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.Methods;
import dev.steering.core.vector.ModelCheck;
import dev.steering.model.chat.ChatModel;
import java.util.List;

/** Makes the methods that an {@link Evaluation} compares, once its model is there. */
@FunctionalInterface
public interface MethodSource {
    /**
     * @param model the model
     * @return the methods, with different names
     */
    List<Method> methods(ChatModel model);

    /**
     * @param arguments vector, strength, layers and so on; every method takes of them what it looks at
     * @param check how strictly vectors of files that a name mentions must belong to the model
     * @param names the methods' names as {@link Methods#create(String)} takes them, the one that the others are compared with first
     * @return makes those
     */
    static MethodSource named(MethodArguments arguments, ModelCheck check, List<String> names) {
        List<String> kept = List.copyOf(names);
        return model -> {
            Methods methods = Methods.with(model, arguments, check);
            return kept.stream().map(methods::create).toList();
        };
    }

    /**
     * @param arguments vector, strength, layers and so on
     * @param names the methods' names
     * @return makes those, with vectors of that very model only
     */
    static MethodSource named(MethodArguments arguments, List<String> names) {
        return named(arguments, ModelCheck.SAME_MODEL, names);
    }

    /** @return makes the unsteered model alone */
    static MethodSource unsteered() {
        return named(MethodArguments.NONE, List.of("default"));
    }
}
