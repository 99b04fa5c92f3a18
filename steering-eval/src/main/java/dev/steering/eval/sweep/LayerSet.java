package dev.steering.eval.sweep;

import dev.steering.apply.plan.Layers;
import dev.steering.core.SteeringException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layers to try: where to steer, and where to look at a prompt. Immutable.
 *
 * @param steering layers where the vector is added, 0-based, at least one
 * @param classifier layers whose cosines are averaged, 0-based, at least one
 * @param threshold a threshold that is known for this classifier, to be tried beside others; null for none
 */
public record LayerSet(List<Integer> steering, List<Integer> classifier, @Nullable Double threshold) {
    /**
     * Copies the lists.
     *
     * @throws SteeringException if one of them is empty
     */
    public LayerSet {
        steering = List.copyOf(steering);
        classifier = List.copyOf(classifier);
        if (steering.isEmpty() || classifier.isEmpty()) {
            throw new SteeringException("A sweep needs layers to steer and layers to classify at, found " + steering
                    + " and " + classifier + ".");
        }
    }

    /** @return both, for people */
    public String words() {
        return "steer " + Layers.text(steering) + ", classify at " + Layers.text(classifier);
    }

    /**
     * @param count layers of the model
     * @throws SteeringException if one does not exist
     */
    void requireBelow(int count) {
        for (List<Integer> layers : List.of(steering, classifier)) {
            for (int layer : layers) {
                if (layer < 0 || layer >= count) {
                    throw new SteeringException(
                            "Layer " + layer + " is out of range: the model has layers 0 to " + (count - 1) + ".");
                }
            }
        }
    }
}
