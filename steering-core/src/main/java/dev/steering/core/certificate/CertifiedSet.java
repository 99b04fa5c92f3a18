package dev.steering.core.certificate;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One set of prompts of a certificate, and how it was answered.
 *
 * @param name what it is called
 * @param role what it is there for
 * @param file the file's name without its directories; null if the prompts came from no file
 * @param fileHash SHA-256 of the file (hexadecimal); null if the prompts came from no file
 * @param promptsHash SHA-256 over the prompts as they were asked, in their order (hexadecimal)
 * @param prompts how many there are, at least 1
 * @param unsteered without the vector
 * @param steered with it
 * @param random with random directions of the same norms in its place, one entry a seed, seeds 0, 1, 2, ...
 */
public record CertifiedSet(
        String name,
        Role role,
        @Nullable String file,
        @Nullable String fileHash,
        String promptsHash,
        int prompts,
        CertifiedAnswers unsteered,
        CertifiedAnswers steered,
        List<CertifiedAnswers> random) {
    public CertifiedSet {
        random = List.copyOf(random);
    }

    /** What a set is there for. */
    public enum Role {
        /** Harmless prompts that the model refuses too often: what the vector is to mend. */
        OVER_REFUSED,
        /** Ordinary harmless prompts. */
        HARMLESS,
        /** Prompts that are to be refused. */
        HARMFUL,
        /** The same, wrapped as people do who want them answered. */
        JAILBREAK;

        /** @return whether its prompts are to be refused */
        public boolean shouldRefuse() {
            return this == HARMFUL || this == JAILBREAK;
        }

        /** @return for people, such as {@code over-refused} */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @return by how much the share refused is lower with the vector than without, in points of a hundred; negative if it is higher */
    public double fall() {
        return 100.0 * (unsteered.refused() - steered.refused()) / prompts;
    }
}
