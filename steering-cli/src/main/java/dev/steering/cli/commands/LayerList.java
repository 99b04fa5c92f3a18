package dev.steering.cli.commands;

import dev.steering.apply.plan.Layers;
import dev.steering.core.BadRequest;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Layers as people write them: {@code 10-20}, {@code 3,5} or {@code 1,4-6}; 0-based, ranges inclusive.
 *
 * @param layers ascending, without repetition; none for {@code auto}, where that is allowed
 */
record LayerList(List<Integer> layers) {
    /** Whether the layers are to be found. */
    boolean isAuto() {
        return layers.isEmpty();
    }

    /** Reads the text form, or {@code auto}. */
    static final class AutoConverter implements ITypeConverter<LayerList> {
        @Override
        public LayerList convert(String text) {
            return text.equals("auto") ? new LayerList(List.of()) : new Converter().convert(text);
        }
    }

    /** Reads the text form. */
    static final class Converter implements ITypeConverter<LayerList> {
        @Override
        public LayerList convert(String text) {
            try {
                return new LayerList(Layers.parse(text));
            } catch (BadRequest e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** 1, 2, 3, 7 becomes 1-3,7. */
    static String format(List<Integer> layers) {
        return Layers.text(layers);
    }
}
