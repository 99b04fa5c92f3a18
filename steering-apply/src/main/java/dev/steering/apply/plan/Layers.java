package dev.steering.apply.plan;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists of layers: ascending, each once, written as ranges. */
public final class Layers {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:(?:-|\\.\\.)(\\d{1,4}))?");

    private Layers() {}

    /**
     * @param layers ascending
     * @return for people: 1, 2, 3, 7 becomes {@code 1-3,7}
     */
    public static String text(List<Integer> layers) {
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

    /**
     * @param text layers as people write them: {@code 10-20}, {@code 3,5} or {@code 1,4-6}; 0-based, ranges inclusive
     * @return the layers, ascending and each once
     * @throws BadRequest if it is something else
     */
    public static List<Integer> parse(String text) {
        TreeSet<Integer> layers = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = RANGE.matcher(part.strip());
            if (!matcher.matches()) {
                throw new BadRequest("expected layers such as 3 or 10-20 or 1,4-6 (0-based), found '" + text + "'");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (last < first) {
                throw new BadRequest("the range '" + part.strip() + "' runs backwards");
            }
            for (int layer = first; layer <= last; layer++) {
                layers.add(layer);
            }
        }
        return List.copyOf(layers);
    }

    /** Sorted and each once; what they are for completes the complaint about none. */
    static List<Integer> checked(List<Integer> layers, String purpose) {
        if (layers.isEmpty()) {
            throw new BadRequest("No layers " + purpose + ".").withRemedy(Remedy.GIVE_LAYERS);
        }
        for (int layer : layers) {
            if (layer < 0) {
                throw new BadRequest("Layer " + layer + " is out of range: layers count from 0.");
            }
        }
        return layers.stream().sorted().distinct().toList();
    }
}
