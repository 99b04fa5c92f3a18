package dev.steering.cli.commands;

import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.cli.answers.MethodSetting;
import dev.steering.core.BadRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Strengths of one method, said as {@code METHOD=S,S,...}.
 *
 * @param method the method
 * @param strengths its strengths
 */
record StrengthsOption(String method, List<Double> strengths) {
    StrengthsOption {
        strengths = List.copyOf(strengths);
    }

    /** Reads one. */
    static final class Converter implements ITypeConverter<StrengthsOption> {
        @Override
        public StrengthsOption convert(String text) {
            int equals = text.lastIndexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("expected METHOD=STRENGTH,STRENGTH,..., found '" + text + "'");
            }
            String method = text.substring(0, equals).strip();
            try {
                if (!method.startsWith(Methods.PLAN_PREFIX)) {
                    String unused = MethodRegistry.get(method.split(Methods.VECTOR_MARK, 2)[0])
                            .name();
                }
                List<Double> strengths = new ArrayList<>();
                for (String strength : text.substring(equals + 1).split(",", -1)) {
                    strengths.add(MethodSetting.strength(strength));
                }
                return new StrengthsOption(method, strengths);
            } catch (BadRequest e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
