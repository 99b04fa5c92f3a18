package dev.steering.core.vector;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;

/**
 * The model that a steering vector or soft prompts are about to be applied to.
 *
 * @param fingerprint the bundle's fingerprint (SHA-256, hexadecimal)
 * @param name what the model calls itself, for people
 * @param layers number of decoder blocks
 * @param hidden hidden size
 */
public record TargetModel(String fingerprint, String name, int layers, int hidden) {
    private static final int SHOWN_DIGITS = 12;

    /**
     * @param manifest a bundle's manifest
     * @return its model
     */
    public static TargetModel of(BundleManifest manifest) {
        return new TargetModel(manifest.fingerprint(), manifest.name(), manifest.layers(), manifest.hidden());
    }

    /**
     * Refuses a vector that does not belong to this model: same-shaped vectors of another model load everywhere and mean
     * nothing.
     *
     * @param vector the vector
     * @param check whether another model of the same size will do
     * @throws SteeringException if the sizes differ, or if the fingerprints do and {@code check} does not allow that
     */
    public void requireFits(SteeringVector vector, ModelCheck check) {
        Provenance origin = vector.provenance();
        if (vector.layers() != layers || vector.hidden() != hidden) {
            throw new SteeringException("this steering vector does not fit the model: it was extracted from '"
                    + origin.modelName() + "' with " + vector.layers() + " layers of hidden size " + vector.hidden()
                    + ", but '" + name + "' has " + layers + " layers of hidden size " + hidden
                    + ". Extract a vector from this model.");
        }
        if (check == ModelCheck.SAME_MODEL && !origin.modelFingerprint().equals(fingerprint)) {
            throw new SteeringException("this steering vector belongs to another model: it was extracted from '"
                    + differs(origin.modelName(), origin.modelFingerprint())
                    + ". Extract a vector from this model, or pass --any-model to use this one all the same.");
        }
    }

    /**
     * Refuses soft prompts that do not belong to this model: rows of one model's embedding table mean nothing to another.
     *
     * @param prompts the soft prompts
     * @param check whether another model of the same size will do, such as another precision of the same weights
     * @throws SteeringException if the sizes differ, or if the fingerprints do and {@code check} does not allow that
     */
    public void requireFits(SoftPrompts prompts, ModelCheck check) {
        SoftPromptProvenance origin = prompts.provenance();
        if (prompts.hidden() != hidden) {
            throw new SteeringException("these soft prompts do not fit the model: they were tuned on '"
                    + origin.modelName() + "' of hidden size " + prompts.hidden() + ", but '" + name
                    + "' has hidden size " + hidden + ". Tune prompts on this model.");
        }
        if (check == ModelCheck.SAME_MODEL && !origin.modelFingerprint().equals(fingerprint)) {
            throw new SteeringException("these soft prompts belong to another model: they were tuned on '"
                    + differs(origin.modelName(), origin.modelFingerprint())
                    + ". Tune prompts on this model, or pass --any-model to use these all the same.");
        }
    }

    private String differs(String originName, String originFingerprint) {
        return originName + "' with fingerprint " + shortened(originFingerprint) + ", but '" + name
                + "' has fingerprint " + shortened(fingerprint);
    }

    private static String shortened(String fingerprint) {
        return fingerprint.length() <= SHOWN_DIGITS ? fingerprint : fingerprint.substring(0, SHOWN_DIGITS) + "...";
    }
}
