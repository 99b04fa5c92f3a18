package dev.steering.core.vector;

import dev.steering.core.WrongModel;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.softprompt.SoftPrompts;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The model that a steering vector or soft prompts are about to be applied to.
 *
 * @param identity what a vector can be compared with
 * @param name what the model calls itself, for people
 * @param layers number of decoder blocks
 * @param hidden hidden size
 */
public record TargetModel(ModelIdentity identity, String name, int layers, int hidden) {
    /** What {@link WrongModel#part} says where the sizes differ, which no check allows. */
    public static final String SIZE = "size";

    /**
     * @param fingerprint the bundle's fingerprint (SHA-256, hexadecimal)
     * @param name what the model calls itself, for people
     * @param layers number of decoder blocks
     * @param hidden hidden size
     */
    public TargetModel(String fingerprint, String name, int layers, int hidden) {
        this(ModelIdentity.ofFingerprint(fingerprint), name, layers, hidden);
    }

    /**
     * @param manifest a bundle's manifest
     * @return its model, of which only sizes and weights are looked at
     */
    public static TargetModel of(BundleManifest manifest) {
        return of(manifest, ModelIdentity.ofFingerprint(manifest.fingerprint()));
    }

    /**
     * @param manifest a bundle's manifest
     * @param identity the same model with everything that a vector can be compared with
     * @return its model
     */
    public static TargetModel of(BundleManifest manifest, ModelIdentity identity) {
        return new TargetModel(identity, manifest.name(), manifest.layers(), manifest.hidden());
    }

    /**
     * Refuses a vector that does not belong to this model as it is asked: same-shaped vectors of another model load everywhere
     * and mean nothing, and a threshold that was calibrated under another chat template decides wrongly without a word.
     *
     * @param vector the vector
     * @param check whether another model of the same size will do
     * @return what could not be compared because the vector does not say it, in one sentence; null if all was, or if another model
     *     will do
     * @throws WrongModel if the sizes differ, or if anything else does and {@code check} does not allow that; its message names
     *     every part that differs, with what was expected and found and what that means
     */
    public @Nullable String requireFits(SteeringVector vector, ModelCheck check) {
        Provenance origin = vector.provenance();
        if (vector.fitted(layers).layers() != layers || vector.hidden() != hidden) {
            requireFitsFrom(vector);
            throw new WrongModel(
                    "this steering vector does not fit the model: it was extracted from '" + origin.modelName()
                            + "' with " + vector.layers() + " layers of hidden size " + vector.hidden() + ", but '"
                            + name + "' has " + layers + " layers of hidden size " + hidden
                            + ". Extract a vector from this model.",
                    SIZE);
        }
        if (check == ModelCheck.ANY_MODEL) {
            return null;
        }
        ModelComparison compared = ModelComparison.of(origin, this);
        List<ModelComparison.Difference> differences = compared.differences();
        if (!differences.isEmpty()) {
            throw new WrongModel(
                    differences.stream()
                            .map(ModelComparison.Difference::sentence)
                            .collect(Collectors.joining(" ", "", " " + compared.advice())),
                    differences.stream().map(ModelComparison.Difference::part).collect(Collectors.joining(", ")));
        }
        return compared.remark();
    }

    /** What is wrong with the size of a vector from elsewhere, which was not extracted from a model that is known. */
    private void requireFitsFrom(SteeringVector vector) {
        VectorOrigin from = vector.origin();
        if (from != null) {
            boolean most = from.open() && from.layers().get(from.layers().size() - 1) >= layers;
            boolean one = from.layers().size() == 1;
            throw new WrongModel(
                    "this steering vector, from a file of the format " + from.format()
                            + ", does not fit the model: it has "
                            + (most
                                    ? "a direction for layer "
                                            + from.layers().get(from.layers().size() - 1)
                                    : from.open()
                                            ? (one ? "a direction for layer " : "directions for layers ")
                                                    + VectorOrigin.words(from.layers())
                                            : vector.layers() + " layers")
                            + " of hidden size " + vector.hidden() + ", but '" + name + "' has " + layers
                            + (most ? " layers, 0 to " + (layers - 1) + "," : " layers") + " of hidden size " + hidden
                            + ". It is of another model: use it with that, or extract one from this.",
                    SIZE);
        }
    }

    /**
     * Refuses soft prompts that do not belong to this model: rows of one model's embedding table mean nothing to another.
     *
     * @param prompts the soft prompts
     * @param check whether another model of the same size will do, such as another precision of the same weights
     * @throws WrongModel if the sizes differ, or if the fingerprints do and {@code check} does not allow that
     */
    public void requireFits(SoftPrompts prompts, ModelCheck check) {
        SoftPromptProvenance origin = prompts.provenance();
        if (prompts.hidden() != hidden) {
            throw new WrongModel(
                    "these soft prompts do not fit the model: they were tuned on '" + origin.modelName()
                            + "' of hidden size " + prompts.hidden() + ", but '" + name + "' has hidden size " + hidden
                            + ". Tune prompts on this model.",
                    SIZE);
        }
        if (check == ModelCheck.SAME_MODEL && !origin.modelFingerprint().equals(identity.fingerprint())) {
            throw new WrongModel(
                    "these soft prompts belong to another model: they were tuned on "
                            + ModelComparison.weights(origin.modelName(), origin.modelFingerprint(), this)
                            + " Tune prompts on this model.",
                    ModelComparison.WEIGHTS);
        }
    }
}
