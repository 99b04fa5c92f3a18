package dev.steering.cli.commands;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Layers as people write them: {@code 10-20}, {@code 3,5} or {@code 1,4-6}; 0-based, ranges inclusive.
 *
 * @param layers ascending, without repetition
 */
record LayerList(List<Integer> layers) {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:(?:-|\\.\\.)(\\d{1,4}))?");

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
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < layers.size(); ) {
            int end = i;
            while (end + 1 < layers.size() && layers.get(end + 1) == layers.get(end) + 1) {
                end++;
            }
            text.append(text.isEmpty() ? "" : ",").append(layers.get(i));
            if (end > i) {
                text.append('-').append(layers.get(end));
            }
            i = end + 1;
        }
        return text.toString();
    }
}
