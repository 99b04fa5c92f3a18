package dev.steering.apply.testing;

import dev.steering.core.vector.ContrastSet;
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
        return new SteeringVector(
                matrix(layers, hidden, size, random),
                matrix(layers, hidden, size, random),
                IntStream.range(0, layers)
                        .mapToObj(l -> new LayerStatistics(l, 1, 1, 1))
                        .toList(),
                new ContrastSet(List.of(), List.of()),
                new Provenance("", "", "", "mean-difference", "last", "block-output", "add", "chat", 0, Map.of()),
                null);
    }

    private static LayerMatrix matrix(int layers, int hidden, double size, Random random) {
        float[] values = new float[layers * hidden];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        return LayerMatrix.of(layers, hidden, values);
    }
}
