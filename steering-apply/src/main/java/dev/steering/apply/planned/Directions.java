package dev.steering.apply.planned;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.LayerMatrix;
import java.util.List;

/** A vector's directions at chosen layers, in the form that the runtime adds. */
final class Directions {
    private Directions() {}

    /**
     * @param directions one per layer
     * @param layers where to act, 0-based
     * @return one direction per residual-stream point, zero elsewhere: {@code [layers + 1][hidden]}
     * @throws SteeringException if a layer is out of range
     */
    static float[][] points(LayerMatrix directions, List<Integer> layers) {
        requireLayers(layers, directions.layers());
        float[][] points = new float[directions.layers() + 1][directions.hidden()];
        for (int layer : layers) {
            points[layer + 1] = directions.row(layer);
        }
        return points;
    }

    static void requireLayers(List<Integer> layers, int count) {
        for (int layer : layers) {
            if (layer >= count) {
                throw new BadRequest(
                        "Layer " + layer + " is out of range: the model has layers 0 to " + (count - 1) + ".");
            }
        }
    }
}
