package dev.steering.apply.scans;

import dev.steering.apply.plan.Gate;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;

/**
 * The settings of SCANS. They belong to a model, not to the method: anchoring finds them. Immutable.
 *
 * @param steeringLayers safety-critical layers, where the vector is added
 * @param classifierLayers layers whose transition cosines are averaged
 * @param alpha strength
 * @param scale what the strength multiplies
 * @param threshold scores at or above it are called harmful
 * @param rule how several classifier layers decide together
 */
public record ScansSettings(
        List<Integer> steeringLayers,
        List<Integer> classifierLayers,
        double alpha,
        VectorScale scale,
        double threshold,
        Gate.Rule rule) {
    public ScansSettings {
        steeringLayers = List.copyOf(steeringLayers);
        classifierLayers = List.copyOf(classifierLayers);
    }

    /**
     * With the paper's rule: the mean over the classifier layers decides.
     *
     * @param steeringLayers safety-critical layers, where the vector is added
     * @param classifierLayers layers whose transition cosines are averaged
     * @param alpha strength
     * @param scale what the strength multiplies
     * @param threshold scores at or above it are called harmful
     */
    public ScansSettings(
            List<Integer> steeringLayers,
            List<Integer> classifierLayers,
            double alpha,
            VectorScale scale,
            double threshold) {
        this(steeringLayers, classifierLayers, alpha, scale, threshold, Gate.Rule.MEAN);
    }

    /**
     * @param vector a vector whose layers have been anchored
     * @return the settings stored with it
     * @throws SteeringException if they have not, or cannot be because it has no transition reference
     */
    public static ScansSettings of(SteeringVector vector) {
        Anchoring anchoring = vector.anchoring();
        if (anchoring == null) {
            // Anchoring needs the reference, too: advice to anchor would lead nowhere.
            vector.requireTransitionReference();
            throw new BadRequest(
                            "The vector has no safety-critical layers and no threshold yet: anchor its layers first, or use another"
                                    + " method than scans.")
                    .withRemedy(Remedy.ANCHOR_LAYERS);
        }
        return new ScansSettings(
                anchoring.steeringLayers(),
                anchoring.calibration().classifierLayers(),
                anchoring.alpha(),
                anchoring.scale(),
                anchoring.calibration().threshold(),
                Gate.Rule.MEAN);
    }

    /**
     * @param newLayers safety-critical layers
     * @return a copy with them
     */
    public ScansSettings withSteeringLayers(List<Integer> newLayers) {
        return new ScansSettings(newLayers, classifierLayers, alpha, scale, threshold, rule);
    }

    /**
     * @param newLayers layers whose cosines are averaged
     * @return a copy with them
     */
    public ScansSettings withClassifierLayers(List<Integer> newLayers) {
        return new ScansSettings(steeringLayers, newLayers, alpha, scale, threshold, rule);
    }

    /**
     * @param newAlpha strength
     * @param newScale what it multiplies
     * @return a copy with them
     */
    public ScansSettings withStrength(double newAlpha, VectorScale newScale) {
        return new ScansSettings(steeringLayers, classifierLayers, newAlpha, newScale, threshold, rule);
    }

    /**
     * @param newThreshold scores at or above it are called harmful
     * @return a copy with it
     */
    public ScansSettings withThreshold(double newThreshold) {
        return new ScansSettings(steeringLayers, classifierLayers, alpha, scale, newThreshold, rule);
    }

    /**
     * @param newRule how several classifier layers decide together
     * @return a copy with it
     */
    public ScansSettings withRule(Gate.Rule newRule) {
        return new ScansSettings(steeringLayers, classifierLayers, alpha, scale, threshold, newRule);
    }
}
