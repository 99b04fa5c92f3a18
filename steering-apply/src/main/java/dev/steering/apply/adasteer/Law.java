package dev.steering.apply.adasteer;

import dev.steering.core.BadRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a strength follows from a position: {@code min(max(slope (position - zero), least), most)}. Immutable.
 *
 * @param layer whose output is read, 0-based
 * @param slope strength per position
 * @param zero the position of strength 0
 * @param least the least strength
 * @param most the greatest strength, perhaps infinity
 */
public record Law(int layer, double slope, double zero, double least, double most) {
    private static final String NUMBER = "\\s*([-+0-9.eE]+|inf|-inf)\\s*";
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,5})\\s*:" + NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER);

    /** @throws BadRequest if a number is none or the bounds are in the wrong order */
    public Law {
        if (!Double.isFinite(slope) || !Double.isFinite(zero) || !(least <= most)) {
            throw new BadRequest("A law needs a finite slope and zero and bounds in their order, found slope " + slope
                    + ", zero " + zero + ", least " + least + ", most " + most + ".");
        }
    }

    /**
     * The published laws of a model.
     *
     * @param label the model, as users write it
     * @param rejection the law of the first direction
     * @param harm the law of the second direction
     */
    public record Published(String label, Law rejection, Law harm) {
        /** Llama-3.1-8B-Instruct. */
        public static final Published LLAMA_3_1_8B = new Published(
                "llama-3.1-8b",
                new Law(8, 0.02, -60, -0.22, -0.08),
                new Law(13, -0.05, -15, -0.75, Double.POSITIVE_INFINITY));

        /** Qwen2.5-7B-Instruct. */
        public static final Published QWEN_2_5_7B =
                new Published("qwen2.5-7b", new Law(5, 0.1, 140, -0.2, 0), new Law(13, -0.06, 50, -0.6, 0.4));

        /** Gemma-2-9B-it. */
        public static final Published GEMMA_2_9B =
                new Published("gemma-2-9b", new Law(12, 0.004, 35, -0.02, 0.06), new Law(19, 0.01, 50, -0.06, 0.02));

        /** All of them. */
        public static final List<Published> ALL = List.of(LLAMA_3_1_8B, QWEN_2_5_7B, GEMMA_2_9B);
    }

    static Law rejection(String text) {
        return parse(text, true);
    }

    static Law harm(String text) {
        return parse(text, false);
    }

    private static Law parse(String text, boolean first) {
        for (Published published : Published.ALL) {
            if (published.label.equals(text.strip().toLowerCase(Locale.ROOT))) {
                return first ? published.rejection : published.harm;
            }
        }
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        return new Law(
                Integer.parseInt(matcher.group(1)),
                number(matcher.group(2)),
                number(matcher.group(3)),
                number(matcher.group(4)),
                number(matcher.group(5)));
    }

    private static double number(String text) {
        return text.equals("inf")
                ? Double.POSITIVE_INFINITY
                : text.equals("-inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(text);
    }

    static String models() {
        return String.join(", ", Published.ALL.stream().map(Published::label).toList());
    }

    /** @return the strength at a position */
    double strength(double position) {
        return Math.min(Math.max(slope * (position - zero), least), most);
    }

    /** As it is read. */
    @Override
    public String toString() {
        return layer + ":" + slope + "," + zero + "," + words(least) + "," + words(most);
    }

    private static String words(double bound) {
        return Double.isInfinite(bound) ? bound > 0 ? "inf" : "-inf" : Double.toString(bound);
    }
}
