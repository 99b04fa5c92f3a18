package dev.steering.cli.inspect;

import dev.steering.cli.terminal.Visible;
import dev.steering.export.inspect.FileFact;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Aligned lines: a label and what there is to say, broken at {@value #WIDTH} columns. Not thread-safe. */
final class FactLines {
    private static final int WIDTH = 100;
    private static final int LABEL = 13;
    private static final int MOST_TOKENS = 24;

    private final PrintWriter out;

    FactLines(PrintWriter out) {
        this.out = out;
    }

    /** Breaks at blanks; a word longer than a line stays whole, so that it can be copied. */
    void line(String label, String text) {
        StringBuilder line = new StringBuilder();
        String head = label;
        for (String word : Visible.line(text).split(" ", -1)) {
            if (!line.isEmpty() && LABEL + line.length() + 1 + word.length() > WIDTH) {
                out.printf(Locale.ROOT, "%-" + LABEL + "s%s%n", head, line);
                line.setLength(0);
                head = "";
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        out.println(String.format(Locale.ROOT, "%-" + LABEL + "s%s", head, line).stripTrailing());
    }

    /** On one line whatever its length, so that it can be copied. */
    void command(String label, String command) {
        out.printf(Locale.ROOT, "%-" + LABEL + "s%s%n", label, Visible.line(command));
    }

    /** Their number and texts; of many only the first and the last ones. */
    static String tokens(List<String> pieces) {
        String count = pieces.size() == 1 ? "1 token: " : pieces.size() + " tokens: ";
        return count
                + (pieces.size() <= MOST_TOKENS
                        ? join(pieces)
                        : join(pieces.subList(0, MOST_TOKENS / 2)) + " ... "
                                + join(pieces.subList(pieces.size() - MOST_TOKENS / 2, pieces.size())));
    }

    private static String join(List<String> pieces) {
        return String.join(" ", pieces.stream().map(Visible::token).toList());
    }

    /** 1,234,567 bytes as 1.2 MB. */
    static String size(long bytes) {
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** Numbers with a few digits, for reading. */
    static String numbers(List<Double> values) {
        return String.join(
                " ",
                values.stream()
                        .map(value -> String.format(Locale.ROOT, "%.4g", value))
                        .toList());
    }

    /** IN_PLACE as "in place". */
    static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Element types, with their shares if there are several. */
    static String types(Map<String, Long> elements) {
        long all = elements.values().stream().mapToLong(Long::longValue).sum();
        return elements.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(entry -> elements.size() == 1
                        ? entry.getKey()
                        : String.format(Locale.ROOT, "%s %.1f %%", entry.getKey(), 100.0 * entry.getValue() / all))
                .collect(Collectors.joining(", "));
    }

    /** Names and sizes. */
    static String files(List<FileFact> files) {
        return files.stream()
                .map(file -> file.name() + (file.present() ? " (" + size(file.bytes()) + ")" : " (MISSING)"))
                .collect(Collectors.joining(", "));
    }

    /** Numbers in a row. */
    static String joined(List<? extends Number> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
