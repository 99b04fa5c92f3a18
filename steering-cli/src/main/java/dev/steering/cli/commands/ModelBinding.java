package dev.steering.cli.commands;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.ConfigMeaning;
import dev.steering.core.bundle.Vocabulary;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.ModelIdentity;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * What a model is, for vectors of other tools, whose files do not say of which they are.
 *
 * @param identity what a vector is compared with
 * @param name what the model calls itself
 * @param template how prompts went in; null if that is not known
 */
record ModelBinding(ModelIdentity identity, String name, @Nullable String template) {
    /**
     * @param model a bundle
     * @return what can be said of it without running it
     */
    static ModelBinding of(Bundle model) {
        ModelIdentity identity = new ModelIdentity(
                model.manifest().fingerprint(),
                ConfigMeaning.read(model.directory().resolve("config.json")),
                Vocabulary.hash(model.directory().resolve("tokenizer.json")),
                null);
        return new ModelBinding(identity, model.manifest().name(), null);
    }

    /**
     * @param vector a vector
     * @param model the model that it is said to be of, which this is of, too
     * @param check whether another model of the same size will do for one that says of which it is
     * @return it with as many layers as the model has; another tool's says from then on of which model it is
     * @throws dev.steering.core.WrongModel if it is of another size, or is known to be of another model
     */
    SteeringVector bound(SteeringVector vector, BundleManifest model, ModelCheck check) {
        String unused = TargetModel.of(model, identity).requireFits(vector, check);
        return bound(vector.fitted(model.layers()));
    }

    /**
     * @param vector a vector of the model's size
     * @return another tool's with this model; what a vector says itself stays
     */
    SteeringVector bound(SteeringVector vector) {
        Provenance own = vector.provenance();
        VectorOrigin origin = vector.origin();
        if (origin == null || own.modelFingerprint() != null) {
            return vector;
        }
        Provenance provenance = new Provenance(
                identity,
                name,
                own.contrastSetHash(),
                own.method(),
                own.tokenSelector(),
                own.site(),
                own.operation(),
                template == null ? own.template() : template,
                own.seed(),
                own.versions());
        return vector.withProvenance(provenance)
                .withOrigin(new VectorOrigin(origin.format(), origin.tool(), origin.layers(), false, origin.use()));
    }
}
