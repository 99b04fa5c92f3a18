package dev.steering.cli.commands;

import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.planned.SteeringDefinition;
import java.util.List;

/**
 * An option that only some methods look at.
 *
 * @param option as it is given on the command line
 * @param given whether it was
 * @param methods the names of the methods that look at it
 * @param says the methods' options of which it says the value; none if it says something else
 */
record Use(String option, boolean given, List<String> methods, List<MethodOption<?>> says) {
    /** An option that says nothing that has a name in the registry. */
    Use(String option, boolean given, List<String> methods) {
        this(option, given, methods, List.of());
    }

    /** An option of the command line that says a method's option. */
    static Use of(String option, boolean given, MethodOption<?> said) {
        return new Use(option, given, MethodRegistry.methodsWith(said), List.of(said));
    }

    /** One that says the strength of whatever method is used. */
    static Use strength(String option, boolean given) {
        List<MethodDefinition> strong = MethodRegistry.all().stream()
                .filter(method -> method.strength() != null)
                .toList();
        return new Use(
                option,
                given,
                strong.stream().map(MethodDefinition::name).toList(),
                strong.stream()
                        .<MethodOption<?>>map(MethodDefinition::strength)
                        .distinct()
                        .toList());
    }

    /** The names of the methods that are plans, of which scope, norm and conditions can be said. */
    static List<String> planned() {
        return MethodRegistry.all().stream()
                .filter(SteeringDefinition.class::isInstance)
                .map(MethodDefinition::name)
                .toList();
    }
}
