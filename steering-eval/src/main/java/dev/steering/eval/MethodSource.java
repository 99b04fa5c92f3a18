package dev.steering.eval;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.core.Require;
import dev.steering.core.vector.ModelCheck;
import dev.steering.eval.report.SeedBand;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
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
     * Those whose directions are random are made several times, each with a seed of its own, as {@code random#0}, {@code random#1}, ...
     *
     * @param arguments vector, strength, layers and so on; its seed is the first
     * @param check how strictly vectors of files that a name mentions must belong to the model
     * @param names the methods' names
     * @param seeds how often random methods are made, at least 1; 1 makes them under their own names
     * @return makes those
     */
    static MethodSource named(MethodArguments arguments, ModelCheck check, List<String> names, int seeds) {
        Require.atLeast("The number of seeds", seeds, 1);
        List<String> kept = List.copyOf(names);
        long first = arguments.get(MethodArguments.SEED, 0L);
        return model -> {
            List<Method> all = new ArrayList<>();
            for (String name : kept) {
                boolean drawn = seeds > 1
                        && !name.startsWith(Methods.PLAN_PREFIX)
                        && MethodRegistry.get(name.split(Methods.VECTOR_MARK, 2)[0])
                                .options()
                                .contains(MethodArguments.SEED);
                for (int i = 0; i < (drawn ? seeds : 1); i++) {
                    Method method = Methods.with(model, arguments.with(MethodArguments.SEED, first + i), check)
                            .create(name);
                    all.add(drawn ? method.named(name + SeedBand.MARK + (first + i)) : method);
                }
            }
            return List.copyOf(all);
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
