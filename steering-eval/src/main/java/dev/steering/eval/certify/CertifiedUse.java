package dev.steering.eval.certify;

import dev.steering.apply.Method;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import java.util.List;

/** A vector with what is done with it: what a certificate speaks of. Where the vector lies does not matter. Implementations are immutable. */
public sealed interface CertifiedUse permits CertifiedPlan, CertifiedMethod {
    /** @return the method's name */
    String method();

    /** @return the vector */
    SteeringVector vector();

    /** @return what is done, as a certificate names it */
    CertifiedSetting setting();

    /**
     * @param model the model
     * @return what is done, on that model
     */
    Method steered(ChatModel model);

    /**
     * @param model the model
     * @param seed of the directions
     * @return the same with random directions of the vector's norms
     * @throws dev.steering.core.SteeringException if the method makes its direction of something else
     */
    Method random(ChatModel model, long seed);

    /**
     * Why nobody has measured what this does.
     *
     * @param model the model that it is going to be done on
     * @return a sentence each; empty if the vector's certificate speaks of exactly this
     */
    default List<String> uncertified(BundleManifest model) {
        Certificate certificate = vector().certificate();
        return certificate == null
                ? List.of("it has no certificate: nobody has measured what it does.")
                : certificate.differences(vector().contentHash(), model, setting());
    }
}
