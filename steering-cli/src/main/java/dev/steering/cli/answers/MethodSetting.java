package dev.steering.cli.answers;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.core.BadRequest;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * An option of a method, said as {@code OPTION=VALUE} by the name that the registry has for it.
 *
 * @param option what is said
 * @param text its value, which the option can read
 */
public record MethodSetting(MethodOption<?> option, String text) {
    /**
     * @param assignment {@code OPTION=VALUE}
     * @return that
     * @throws BadRequest if no method has such an option, or it cannot have that value
     */
    public static MethodSetting parse(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new BadRequest("expected OPTION=VALUE, found '" + assignment + "'");
        }
        String name = assignment.substring(0, equals).strip();
        String text = assignment.substring(equals + 1);
        MethodOption<?> option = option(name);
        if (isStrength(option)) {
            double unused = strength(text);
        }
        Object unused = option.read(text);
        return new MethodSetting(option, text);
    }

    private static MethodOption<?> option(String name) {
        Set<MethodOption<?>> known = new LinkedHashSet<>();
        MethodRegistry.all()
                .forEach(method ->
                        method.options().stream().filter(MethodOption::isText).forEach(known::add));
        return known.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadRequest("no method has an option '" + name
                        + "' that is said as text. There are "
                        + String.join(
                                ", ", known.stream().map(MethodOption::name).toList())
                        + "; 'steer methods' says whose they are"));
    }

    private static boolean isStrength(MethodOption<?> option) {
        return MethodRegistry.all().stream().anyMatch(method -> Objects.equals(method.strength(), option));
    }

    /**
     * With a negative strength add would subtract, and reports would say the opposite of what was done.
     *
     * @param text a strength
     * @return the finite number of at least 0
     * @throws BadRequest if it is something else
     */
    public static double strength(String text) {
        try {
            double value = Double.parseDouble(text.strip());
            if (value >= 0 && !Double.isInfinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // the message below says it
        }
        throw new BadRequest("expected a number of at least 0, found '" + text
                + "'; to steer the other way, use the other one of add and subtract");
    }

    /**
     * @param arguments what is said of a method
     * @return the same with this said, too
     */
    public MethodArguments applied(MethodArguments arguments) {
        return arguments.withText(option, text);
    }
}
