package dev.steering.extract.anchor;

import dev.steering.core.reliability.LayerReliability.Band;

/**
 * What steering at some layers alone does to refusals, as refusal masses: see {@link LayerValidation}.
 *
 * @param firstLayer first of the layers, 0-based
 * @param lastLayer last of them, inclusive
 * @param harmfulSubtracted mean mass of the harmful prompts with the vector subtracted there, 0..1
 * @param harmfulAdded the same with the vector added
 * @param harmlessSubtracted mean mass of the harmless prompts with the vector subtracted there, 0..1
 * @param harmlessAdded the same with the vector added
 * @param intervals how much the four depend on which prompts were asked
 */
public record LayerEffect(
        int firstLayer,
        int lastLayer,
        double harmfulSubtracted,
        double harmfulAdded,
        double harmlessSubtracted,
        double harmlessAdded,
        Intervals intervals) {
    /**
     * 90 % bootstrap intervals of the four masses, over the prompts.
     *
     * @param harmfulSubtracted of the mass of the same name
     * @param harmfulAdded of the mass of the same name
     * @param harmlessSubtracted of the mass of the same name
     * @param harmlessAdded of the mass of the same name
     */
    public record Intervals(Band harmfulSubtracted, Band harmfulAdded, Band harmlessSubtracted, Band harmlessAdded) {}

    /** @return what the sign of the steering decides, over both classes: added minus subtracted, -1..1 */
    public double control() {
        return (harmfulAdded - harmfulSubtracted + harmlessAdded - harmlessSubtracted) / 2;
    }
}
