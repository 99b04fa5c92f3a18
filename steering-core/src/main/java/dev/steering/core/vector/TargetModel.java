package dev.steering.core.vector;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.BundleManifest;

/**
 * The model that a steering vector is about to be applied to.
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
                    + origin.modelName() + "' with fingerprint " + shortened(origin.modelFingerprint()) + ", but '"
                    + name + "' has fingerprint " + shortened(fingerprint)
                    + ". Extract a vector from this model, or pass --any-model to use this one all the same.");
        }
    }

    private static String shortened(String fingerprint) {
        return fingerprint.length() <= SHOWN_DIGITS ? fingerprint : fingerprint.substring(0, SHOWN_DIGITS) + "...";
    }
}
