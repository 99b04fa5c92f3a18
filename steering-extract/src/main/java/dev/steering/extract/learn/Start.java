package dev.steering.extract.learn;

import dev.steering.core.vector.LayerMatrix;
import java.util.Random;

/** What the learning of a direction begins with. */
public enum Start {
    /** A direction drawn uniformly, another one for every layer and seed: nothing is taken over from the mean difference. */
    RANDOM("random"),
    /** The mean difference of the layer. */
    MEAN_DIFFERENCE("mean-difference");

    private final String label;

    Start(String label) {
        this.label = label;
    }

    /** @return its name in files and on the command line */
    public String label() {
        return label;
    }

    /** A direction of mean square 1, {@code [hidden]}. */
    float[] direction(LayerMatrix meanDifference, int layer, long seed) {
        float[] direction = meanDifference.row(layer);
        if (this == RANDOM) {
            Random random = new Random(seed * 1_000_003L + layer);
            for (int i = 0; i < direction.length; i++) {
                direction[i] = (float) random.nextGaussian();
            }
        }
        LayerMatrix row = LayerMatrix.of(new float[][] {direction});
        double factor = Math.sqrt(direction.length) / row.norm(0);
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) (direction[i] * factor);
        }
        return direction;
    }
}
