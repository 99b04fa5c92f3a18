package dev.steering.core.vector.format;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** How files name the row of a layer: one way in all of a file. Stateless and thread-safe. */
final class RowNames {
    /** What stands in front of the layer's number. */
    private static final List<String> PREFIXES = List.of("direction.", "layers.", "layer.", "layer_", "");

    private RowNames() {}

    /**
     * @param names all names of a file, at least one
     * @param rows complains about those that mean no layer
     * @return what stands in front of the layers' numbers
     */
    static String prefix(Collection<String> names, RowGatherer rows) {
        String first = names.iterator().next();
        String prefix = PREFIXES.stream().filter(first::startsWith).findFirst().orElse("");
        for (String name : names) {
            boolean fits = name.startsWith(prefix) && !name.equals(prefix);
            if (!fits || (prefix.isEmpty() && !Character.isDigit(name.charAt(0)))) {
                throw rows.unusable(
                        "of its names '" + name
                                + "' does not say a layer as 'direction.3', 'layers.3', 'layer_3' and '3' do"
                                + (first.equals(name) ? "" : ", or not as '" + first + "' does") + "; it has "
                                + shown(names),
                        "A vector has one row a layer, or one array [layers, hidden].");
            }
        }
        return prefix;
    }

    private static String shown(Collection<String> names) {
        return names.stream().limit(4).collect(Collectors.joining(", ")) + (names.size() > 4 ? ", ..." : "");
    }
}
