package dev.steering.server.vectors;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorQuality;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is told of a vector; never its prompts. */
public final class StoredVectorJson {
    private StoredVectorJson() {}

    /**
     * @param stored a vector
     * @return what a list says of it
     */
    public static ObjectNode brief(StoredVector stored) {
        SteeringVector vector = stored.vector();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", stored.name())
                .put("object", "steering.vector")
                .put("fingerprint", VectorReference.fingerprint(vector))
                .put("layers", vector.layers())
                .put("hidden", vector.hidden())
                .put("model", vector.provenance().modelName())
                .put("model_fingerprint", vector.provenance().modelFingerprint())
                .put("gate", vector.transitionReference() != null)
                .put("anchored", vector.anchoring() != null)
                .put("certified", vector.certificate() != null)
                .put("read_only", stored.kept());
        return node;
    }

    /**
     * @param stored a vector
     * @return all that is told of it
     */
    public static ObjectNode whole(StoredVector stored) {
        SteeringVector vector = stored.vector();
        ObjectNode node = brief(stored);
        node.put("method", vector.provenance().method())
                .put("scale", vector.scale().name().toLowerCase(Locale.ROOT));
        ArrayNode norms = node.putArray("norms");
        for (int layer = 0; layer < vector.layers(); layer++) {
            norms.add(vector.directions().norm(layer));
        }
        Anchoring anchoring = vector.anchoring();
        if (anchoring != null) {
            ObjectNode stands = node.putObject("anchoring");
            anchoring.steeringLayers().forEach(stands.putArray("layers")::add);
            stands.put("strength", anchoring.alpha())
                    .put("scale", anchoring.scale().name().toLowerCase(Locale.ROOT));
            Calibration calibration = anchoring.calibration();
            calibration.classifierLayers().forEach(stands.putArray("classifier_layers")::add);
            stands.put("threshold", calibration.threshold());
        }
        @Nullable Certificate certificate = vector.certificate();
        node.set("certificate", certificate == null ? null : CertificateJson.write(certificate));
        ArrayNode remarks = node.putArray("remarks");
        stored.remarks().forEach(remarks::add);
        VectorQuality.remarks(vector).forEach(remarks::add);
        return node;
    }
}
