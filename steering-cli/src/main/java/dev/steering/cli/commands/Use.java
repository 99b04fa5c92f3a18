package dev.steering.cli.commands;

import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import java.util.List;

/**
 * An option that only some methods look at.
 *
 * @param option as it is given on the command line
 * @param given whether it was
 * @param methods the names of the methods that look at it
 */
record Use(String option, boolean given, List<String> methods) {
    /** An option of the command line that says a method's option. */
    static Use of(String option, boolean given, MethodOption<?> said) {
        return new Use(option, given, MethodRegistry.methodsWith(said));
    }
}
