package dev.steering.eval.sweep;

import dev.steering.apply.plan.Layers;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Calibration;
import java.util.List;
import java.util.stream.IntStream;
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
            throw new BadRequest("A sweep needs layers to steer and layers to classify at, found " + steering + " and "
                    + classifier + ".");
        }
    }

    /**
     * A threshold belongs to the classifier layers that it was calibrated with: for others it is not known.
     *
     * @param steering layers where the vector is added
     * @param classifier layers whose cosines are averaged
     * @param calibration what a threshold is known of
     * @return the layers, with the calibration's threshold if it has the same classifier layers
     */
    public static LayerSet of(List<Integer> steering, List<Integer> classifier, Calibration calibration) {
        boolean own = classifier.equals(calibration.classifierLayers());
        return new LayerSet(steering, classifier, own ? (Double) calibration.threshold() : null);
    }

    /**
     * The classifier of the SCANS paper: from the first steered layer to the model's last.
     *
     * @param steering layers where the vector is added, at least one
     * @param modelLayers layers of the model
     * @return the layers whose cosines are averaged
     */
    public static List<Integer> classifierOfThePaper(List<Integer> steering, int modelLayers) {
        return IntStream.range(Math.min(steering.get(0), modelLayers - 1), modelLayers)
                .boxed()
                .toList();
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
                    throw new BadRequest(
                            "Layer " + layer + " is out of range: the model has layers 0 to " + (count - 1) + ".");
                }
            }
        }
    }
}
