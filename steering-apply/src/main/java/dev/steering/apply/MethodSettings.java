package dev.steering.apply;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Methods} makes methods of. What is null comes from the vector's anchoring. Immutable.
 *
 * @param vector the steering vector; null where no method needs one
 * @param alpha strength of the steering
 * @param scale what the strength multiplies
 * @param layers where to steer, 0-based
 * @param classifierLayers layers whose cosines SCANS averages, 0-based
 * @param threshold score from which SCANS calls a prompt harmful
 * @param prompt what the prompt baseline adds
 * @param selfCd settings of Self-CD; its alpha is its own
 * @param seed of the random direction
 */
public record MethodSettings(
        @Nullable SteeringVector vector,
        @Nullable Double alpha,
        @Nullable VectorScale scale,
        @Nullable List<Integer> layers,
        @Nullable List<Integer> classifierLayers,
        @Nullable Double threshold,
        AddedPrompt prompt,
        SelfCdSettings selfCd,
        long seed) {
    /**
     * Copies the lists.
     *
     * @throws SteeringException if the strength is not finite
     */
    public MethodSettings {
        if (alpha != null && !Double.isFinite(alpha)) {
            throw new SteeringException("The strength must be a finite number, found " + alpha + ".");
        }
        layers = layers == null ? null : List.copyOf(layers);
        classifierLayers = classifierLayers == null ? null : List.copyOf(classifierLayers);
    }

    /** @return no vector, everything by its anchoring, the published prompts, seed 0 */
    public static MethodSettings defaults() {
        return new MethodSettings(
                null, null, null, null, null, null, AddedPrompt.helpfulness(), SelfCdSettings.defaults(), 0);
    }

    /**
     * @param newVector the steering vector; null for none
     * @return a copy with it
     */
    public MethodSettings withVector(@Nullable SteeringVector newVector) {
        return new MethodSettings(newVector, alpha, scale, layers, classifierLayers, threshold, prompt, selfCd, seed);
    }

    /**
     * @param newAlpha strength; null for the vector's
     * @param newScale what it multiplies; null for the vector's
     * @return a copy with them
     */
    public MethodSettings withStrength(@Nullable Double newAlpha, @Nullable VectorScale newScale) {
        return new MethodSettings(
                vector, newAlpha, newScale, layers, classifierLayers, threshold, prompt, selfCd, seed);
    }

    /**
     * @param newLayers where to steer; null for the vector's
     * @return a copy with them
     */
    public MethodSettings withLayers(@Nullable List<Integer> newLayers) {
        return new MethodSettings(vector, alpha, scale, newLayers, classifierLayers, threshold, prompt, selfCd, seed);
    }

    /**
     * @param newLayers layers whose cosines are averaged; null for the vector's
     * @param newThreshold score from which a prompt is called harmful; null for the vector's
     * @return a copy with them
     */
    public MethodSettings withClassifier(@Nullable List<Integer> newLayers, @Nullable Double newThreshold) {
        return new MethodSettings(vector, alpha, scale, layers, newLayers, newThreshold, prompt, selfCd, seed);
    }

    /**
     * @param newPrompt what the prompt baseline adds
     * @return a copy with it
     */
    public MethodSettings withPrompt(AddedPrompt newPrompt) {
        return new MethodSettings(vector, alpha, scale, layers, classifierLayers, threshold, newPrompt, selfCd, seed);
    }

    /**
     * @param newSelfCd settings of Self-CD
     * @return a copy with them
     */
    public MethodSettings withSelfCd(SelfCdSettings newSelfCd) {
        return new MethodSettings(vector, alpha, scale, layers, classifierLayers, threshold, prompt, newSelfCd, seed);
    }

    /**
     * @param newSeed of the random direction
     * @return a copy with it
     */
    public MethodSettings withSeed(long newSeed) {
        return new MethodSettings(vector, alpha, scale, layers, classifierLayers, threshold, prompt, selfCd, newSeed);
    }
}
