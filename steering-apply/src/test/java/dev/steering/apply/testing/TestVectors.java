package dev.steering.apply.testing;

import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Vectors that mean nothing, of any size. */
public final class TestVectors {
    private TestVectors() {}

    public static SteeringVector random(int layers, int hidden, double size, long seed) {
        Random random = new Random(seed);
        return SteeringVector.of(
                        matrix(layers, hidden, size, random),
                        new Provenance(
                                "", "", "", "mean-difference", "last", "block-output", "add", "chat", 0, Map.of()))
                .withTransitionReference(matrix(layers, hidden, size, random))
                .withStatistics(IntStream.range(0, layers)
                        .mapToObj(l -> new LayerStatistics(l, 1, 1, 1))
                        .toList())
                .withPrompts(ExtractionPrompts.kept(new ContrastSet(List.of(), List.of())));
    }

    private static LayerMatrix matrix(int layers, int hidden, double size, Random random) {
        float[] values = new float[layers * hidden];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        return LayerMatrix.of(layers, hidden, values);
    }
}
