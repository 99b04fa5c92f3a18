package dev.steering.core.vector;

import dev.steering.core.Require;
import org.jspecify.annotations.Nullable;

/**
 * What speaks for the layers that are steered.
 *
 * @param basis what they were chosen by
 * @param chance how likely such evidence is where there is nothing to find, for as many choices as there were, 0..1; null where
 *     nothing was compared
 */
public record LayerEvidence(Basis basis, @Nullable Double chance) {
    private static final double LIKELY = 0.05;

    /** What layers are chosen by. */
    public enum Basis {
        /** Refusal tokens among those that their direction reads as. */
        PROJECTION,
        /** How well their scores tell harmful from harmless anchors, as no direction reads as refusal. */
        SEPARATION,
        /** Somebody's wish. */
        GIVEN
    }

    /** @throws dev.steering.core.BadRequest if the probability is not from 0 to 1 */
    public LayerEvidence {
        if (chance != null) {
            Require.between("the probability of chance", chance, 0, 1);
        }
    }

    /** @return whether nothing was compared, or what was found is not likely to be chance (at most 0.05) */
    public boolean toldFromChance() {
        return chance == null || chance <= LIKELY;
    }
}
