package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.cli.answers.MethodSetting;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is said about methods by the names that the registry has for it: a new method needs no option here. */
final class SettingMixin {
    private static final String NAME = "--set";

    @Option(
            names = NAME,
            paramLabel = "OPTION=VALUE",
            converter = SettingConverter.class,
            description =
                    "Any option of the method that 'steer methods' lists, such as threshold=0.8. Can be given several"
                            + " times.")
    private List<MethodSetting> settings = List.of();

    /** In the order in which they were given. */
    List<MethodSetting> all() {
        return settings;
    }

    List<Use> uses() {
        return settings.stream()
                .map(setting -> Use.of(NAME + " " + setting.option(), true, setting.option()))
                .toList();
    }

    /** What is said twice, with this option or another, is an error. */
    void requireOnce(List<Use> others) {
        Set<MethodOption<?>> said = new HashSet<>();
        for (MethodSetting setting : settings) {
            if (!said.add(setting.option())) {
                throw new WrongUsage(NAME + " says " + setting.option() + " twice: leave one out.");
            }
            for (Use other : others) {
                if (other.given() && other.says().contains(setting.option())) {
                    throw new WrongUsage(other.option() + " and " + NAME + " " + setting.option()
                            + " say the same thing: leave one out.");
                }
            }
        }
    }

    /** What none of the methods looks at is an error. */
    void requireLookedAt(List<String> methods) {
        for (MethodSetting setting : settings) {
            List<String> looking = MethodRegistry.methodsWith(setting.option());
            if (methods.stream().noneMatch(looking::contains)) {
                throw new WrongUsage(NAME + " " + setting.option() + " has no effect with " + String.join(", ", methods)
                        + ": it belongs to " + String.join(", ", looking) + ".");
            }
        }
    }

    MethodArguments applied(MethodArguments arguments) {
        MethodArguments said = arguments;
        for (MethodSetting setting : settings) {
            said = setting.applied(said);
        }
        return said;
    }

    /** Reads a setting. */
    private static final class SettingConverter implements ITypeConverter<MethodSetting> {
        @Override
        public MethodSetting convert(String text) {
            try {
                return MethodSetting.parse(text);
            } catch (BadRequest e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
