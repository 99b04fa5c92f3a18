package dev.steering.apply.planned;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import java.util.Random;

/** Directions that mean nothing, as a control: whatever they do, any perturbation of their size does. Stateless and thread-safe. */
public final class RandomDirections {
    private RandomDirections() {}

    /**
     * Every layer's direction is drawn uniformly from the sphere whose radius is the norm of the vector's direction there.
     *
     * @param vector gives sizes and norms
     * @param seed the same seed gives the same directions
     * @return the vector with its directions replaced, and without what they were made of
     */
    public static SteeringVector like(SteeringVector vector, long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[vector.layers()][vector.hidden()];
        for (int l = 0; l < rows.length; l++) {
            double[] drawn = new double[vector.hidden()];
            double squares = 0;
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = random.nextGaussian();
                squares += drawn[i] * drawn[i];
            }
            double factor = vector.directions().norm(l) / Math.sqrt(squares);
            for (int i = 0; i < drawn.length; i++) {
                rows[l][i] = (float) (drawn[i] * factor);
            }
        }
        return vector.withDirections(LayerMatrix.of(rows)).withLearning(null).withContrasts(null);
    }
}
