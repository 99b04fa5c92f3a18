package dev.steering.eval;

import dev.steering.apply.Method;
import dev.steering.apply.MethodName;
import dev.steering.apply.MethodSettings;
import dev.steering.apply.Methods;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.util.List;

/**
 * Makes the methods that an {@link Evaluation} compares. A method is bound to a model and to a way of writing, and an evaluation needs
 * several of those: whole answers, short ones to time, and as many tokens as a given text has.
 */
@FunctionalInterface
public interface MethodSource {
    /**
     * @param model the model
     * @param writing how to write
     * @return the methods, with different names, the same ones in the same order every time
     */
    List<Method> methods(ChatModel model, GenerationOptions writing);

    /**
     * @param settings vector, strength, layers and so on
     * @param names the methods' names as {@link Methods#create(String)} takes them, the one that the others are compared with first
     * @return makes those
     */
    static MethodSource named(MethodSettings settings, List<String> names) {
        List<String> kept = List.copyOf(names);
        return (model, writing) -> {
            Methods methods = Methods.with(model, writing, settings);
            return kept.stream().map(methods::create).toList();
        };
    }

    /** @return makes the unsteered model alone */
    static MethodSource unsteered() {
        return named(MethodSettings.defaults(), List.of(MethodName.DEFAULT.toString()));
    }
}
