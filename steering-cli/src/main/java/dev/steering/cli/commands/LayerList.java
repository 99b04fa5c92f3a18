package dev.steering.cli.commands;

import dev.steering.apply.plan.Layers;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Layers as people write them: {@code 10-20}, {@code 3,5} or {@code 1,4-6}; 0-based, ranges inclusive.
 *
 * @param layers ascending, without repetition; none for {@code auto}, where that is allowed
 */
record LayerList(List<Integer> layers) {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:(?:-|\\.\\.)(\\d{1,4}))?");

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
            TreeSet<Integer> layers = new TreeSet<>();
            for (String part : text.split(",", -1)) {
                Matcher matcher = RANGE.matcher(part.strip());
                if (!matcher.matches()) {
                    throw new TypeConversionException(
                            "expected layers such as 3 or 10-20 or 1,4-6 (0-based), found '" + text + "'");
                }
                int first = Integer.parseInt(matcher.group(1));
                int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
                if (last < first) {
                    throw new TypeConversionException("the range '" + part.strip() + "' runs backwards");
                }
                for (int layer = first; layer <= last; layer++) {
                    layers.add(layer);
                }
            }
            return new LayerList(List.copyOf(layers));
        }
    }

    /** 1, 2, 3, 7 becomes 1-3,7. */
    static String format(List<Integer> layers) {
        return Layers.text(layers);
    }
}
