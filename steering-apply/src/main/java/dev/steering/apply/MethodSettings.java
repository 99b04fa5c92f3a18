package dev.steering.apply;

import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Methods} makes methods of. Immutable.
 *
 * @param vector the steering vector; null where no method needs one
 * @param vectorFile path of its file, for plans that are saved; empty if it is in none
 * @param overrides what is to be different from the vector's anchoring
 * @param prompt what the prompt baseline adds
 * @param selfCd settings of Self-CD; its alpha is its own
 * @param acd settings of ACD and of instructive decoding; their alpha is their own
 * @param seed of the random direction
 * @param check how strictly the vectors of a plan's file must belong to the model
 */
public record MethodSettings(
        @Nullable SteeringVector vector,
        String vectorFile,
        SteeringOverrides overrides,
        AddedPrompt prompt,
        SelfCdSettings selfCd,
        AcdSettings acd,
        long seed,
        ModelCheck check) {
    /** @return no vector, everything by its anchoring, the published prompts, seed 0 */
    public static MethodSettings defaults() {
        return new MethodSettings(
                null,
                "",
                SteeringOverrides.NONE,
                AddedPrompt.helpfulness(),
                SelfCdSettings.defaults(),
                AcdSettings.defaults(),
                0,
                ModelCheck.SAME_MODEL);
    }

    /**
     * @param newVector the steering vector; null for none
     * @return a copy with it, in no file
     */
    public MethodSettings withVector(@Nullable SteeringVector newVector) {
        return withVector(newVector, "");
    }

    /**
     * @param newVector the steering vector; null for none
     * @param file path of its file, as it is to be found in a saved plan
     * @return a copy with them
     */
    public MethodSettings withVector(@Nullable SteeringVector newVector, String file) {
        return new MethodSettings(newVector, file, overrides, prompt, selfCd, acd, seed, check);
    }

    /**
     * @param newAlpha strength; null for the vector's
     * @param newScale what it multiplies; null for the vector's
     * @return a copy with them
     */
    public MethodSettings withStrength(@Nullable Double newAlpha, @Nullable VectorScale newScale) {
        return withOverrides(new SteeringOverrides(
                newAlpha, newScale, overrides.layers(), overrides.classifierLayers(), overrides.threshold()));
    }

    /**
     * @param newLayers where to steer; null for the vector's
     * @return a copy with them
     */
    public MethodSettings withLayers(@Nullable List<Integer> newLayers) {
        return withOverrides(new SteeringOverrides(
                overrides.alpha(), overrides.scale(), newLayers, overrides.classifierLayers(), overrides.threshold()));
    }

    /**
     * @param newLayers layers whose cosines are averaged; null for the vector's
     * @param newThreshold score from which a prompt is called harmful; null for the vector's
     * @return a copy with them
     */
    public MethodSettings withClassifier(@Nullable List<Integer> newLayers, @Nullable Double newThreshold) {
        return withOverrides(new SteeringOverrides(
                overrides.alpha(), overrides.scale(), overrides.layers(), newLayers, newThreshold));
    }

    /**
     * @param newPrompt what the prompt baseline adds
     * @return a copy with it
     */
    public MethodSettings withPrompt(AddedPrompt newPrompt) {
        return new MethodSettings(vector, vectorFile, overrides, newPrompt, selfCd, acd, seed, check);
    }

    /**
     * @param newSelfCd settings of Self-CD
     * @return a copy with them
     */
    public MethodSettings withSelfCd(SelfCdSettings newSelfCd) {
        return new MethodSettings(vector, vectorFile, overrides, prompt, newSelfCd, acd, seed, check);
    }

    /**
     * @param newAcd settings of ACD and of instructive decoding
     * @return a copy with them
     */
    public MethodSettings withAcd(AcdSettings newAcd) {
        return new MethodSettings(vector, vectorFile, overrides, prompt, selfCd, newAcd, seed, check);
    }

    /**
     * @param newSeed of the random direction
     * @return a copy with it
     */
    public MethodSettings withSeed(long newSeed) {
        return new MethodSettings(vector, vectorFile, overrides, prompt, selfCd, acd, newSeed, check);
    }

    /**
     * @param newCheck how strictly the vectors of a plan's file must belong to the model
     * @return a copy with it
     */
    public MethodSettings withCheck(ModelCheck newCheck) {
        return new MethodSettings(vector, vectorFile, overrides, prompt, selfCd, acd, seed, newCheck);
    }

    private MethodSettings withOverrides(SteeringOverrides newOverrides) {
        return new MethodSettings(vector, vectorFile, newOverrides, prompt, selfCd, acd, seed, check);
    }
}
