package dev.steering.core.arithmetic;

import dev.steering.core.BadRequest;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Two or more vectors side by side, layer by layer. Immutable and thread-safe.
 *
 * @param pairs the cosines of every two of them: of the first with the second, the first with the third, ..., the second with the third
 * @param norms of raw directions, {@code [vectors][layers]}
 */
public record VectorComparison(List<Pair> pairs, List<List<Double>> norms) {
    /**
     * Two of the vectors.
     *
     * @param first 0-based number of one
     * @param second 0-based number of the other, greater
     * @param cosines between their directions, -1..1, {@code [layers]}; 0 where one has none
     */
    public record Pair(int first, int second, List<Double> cosines) {
        public Pair {
            cosines = List.copyOf(cosines);
        }

        /** @return the mean of the cosines */
        public double mean() {
            return cosines.stream().mapToDouble(c -> c).average().orElse(0);
        }
    }

    public VectorComparison {
        pairs = List.copyOf(pairs);
        norms = norms.stream().map(List::copyOf).toList();
    }

    /**
     * @param vectors at least two
     * @param check whether vectors of different models of the same size may be compared
     * @return what they have in common
     * @throws BadRequest if they are fewer, or of different sizes or models
     */
    public static VectorComparison of(List<SteeringVector> vectors, ModelCheck check) {
        if (vectors.size() < 2) {
            throw new BadRequest("to compare takes at least two vectors, found " + vectors.size() + ".");
        }
        Derived.requireTogether(vectors, check);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            for (int j = i + 1; j < vectors.size(); j++) {
                pairs.add(new Pair(i, j, cosines(vectors.get(i), vectors.get(j))));
            }
        }
        List<List<Double>> norms = vectors.stream()
                .map(vector -> IntStream.range(0, vector.layers())
                        .mapToObj(l -> vector.directions().norm(l))
                        .toList())
                .toList();
        return new VectorComparison(pairs, norms);
    }

    private static List<Double> cosines(SteeringVector one, SteeringVector other) {
        return IntStream.range(0, one.layers())
                .mapToObj(l -> one.directions().cosine(l, other.directions(), l))
                .toList();
    }
}
