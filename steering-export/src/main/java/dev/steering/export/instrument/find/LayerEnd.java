package dev.steering.export.instrument.find;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the last layer ends. Behind it come the final norm and the vocabulary head, and nothing that reads the stream: the
 * layers before tell what belongs to a layer. Each ends in a sum, which may be scaled, normed or reshaped before the next
 * one reads it; the last layer's sum is taken with as much of that as the others have.
 */
final class LayerEnd {
    private static final Set<String> SCALES = Set.of("Mul of 1", "Div of 1");

    private final ResidualFlow flow;
    private final StreamShape shape;
    private final @Nullable LayerNames names;

    LayerEnd(ResidualFlow flow, StreamShape shape, @Nullable LayerNames names) {
        this.flow = flow;
        this.shape = shape;
        this.names = names;
    }

    /**
     * @param before positions of the points before the layers, one per layer
     * @param lastAnchor position of the last layer's anchor
     * @return position of the last layer's output
     * @throws SteeringException if nothing is added to the stream there, or if it cannot be told what belongs to the layer
     */
    int find(List<Integer> before, int lastAnchor) {
        int sum = shape.sumBefore(shape.head() - 1);
        if (sum < lastAnchor) {
            throw new BadFile("no tensor after the last layer's attention " + name(lastAnchor)
                    + " is made like the points before it (rule: the last point has the signature of a residual sum)");
        }
        Set<List<String>> endings = endings(before);
        List<Integer> behind = shape.passed(sum, shape.head() - 1);
        List<String> kinds = behind.stream().map(shape::kind).toList();
        List<String> longest = List.of();
        for (List<String> ending : endings) {
            boolean fits = ending.size() <= kinds.size()
                    && kinds.subList(0, ending.size()).equals(ending);
            longest = fits && ending.size() > longest.size() ? ending : longest;
        }
        int length = longest.size();
        if (length < kinds.size() && SCALES.contains(kinds.get(length)) && isScaleOfLayer(behind.get(length), before)) {
            length++;
        }
        requireScaleAlike(endings, length, sum);
        return length == 0 ? sum : behind.get(length - 1);
    }

    /** What becomes of sums before the next layer reads them; of one layer alone, what becomes of the sum in its middle. */
    private Set<List<String>> endings(List<Integer> before) {
        Set<List<String>> endings = new LinkedHashSet<>();
        for (int layer = 1; layer < before.size(); layer++) {
            int sum = shape.sumBefore(before.get(layer));
            if (sum < before.get(layer - 1)) {
                throw new BadFile("nothing is added to the stream between " + name(before.get(layer - 1)) + " and "
                        + name(before.get(layer)) + " (rule: every layer adds to the residual stream)");
            }
            endings.add(kinds(sum, before.get(layer)));
        }
        if (endings.isEmpty()) {
            int last = shape.sumBefore(shape.head() - 1);
            int middle = shape.sumBefore(last - 1);
            if (middle > before.get(0)) {
                List<String> kinds = new ArrayList<>(kinds(middle, last - 1));
                endings.add(Collections.unmodifiableList(kinds));
            }
        }
        return endings;
    }

    private List<String> kinds(int sum, int to) {
        return shape.passed(sum, to).stream().map(shape::kind).toList();
    }

    /** A scale behind the last sum that the layers before do not have: its name says whose it is, or nothing does. */
    private boolean isScaleOfLayer(int position, List<Integer> before) {
        if (names == null) {
            throw new BadFile(
                    "the stream is scaled behind the last sum, " + name(position) + ", which the layers before"
                            + " do not show to be theirs, and no name says whether it belongs to the last layer"
                            + " (rule: the last point lies before the final norm, behind all of the last layer)");
        }
        return names.isOf(position, before.size() - 1);
    }

    /** Scales in front of every layer look like scales behind every layer, except at the ends. */
    private void requireScaleAlike(Set<List<String>> endings, int length, int sum) {
        boolean others = !endings.isEmpty()
                && endings.stream()
                        .allMatch(kinds -> kinds.stream().anyMatch(SCALES::contains) && length < kinds.size());
        if (others && names == null) {
            throw new BadFile("every layer's sum is scaled before the next layer reads it, but not the last one, "
                    + name(sum) + ", and no name says whether the scale ends a layer or begins one");
        }
    }

    private String name(int position) {
        Vertex vertex = flow.vertex(position);
        return vertex.isNode()
                ? "'" + flow.scope().node(vertex.node()).getName() + "' ("
                        + flow.scope().node(vertex.node()).getOpType() + ")"
                : "'" + vertex.tensor() + "'";
    }
}
