package dev.steering.cli.inspect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.cli.json.RecordJson;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.export.inspect.BundleInspection;
import dev.steering.export.inspect.GraphInspection;
import dev.steering.export.inspect.Inspection;
import dev.steering.export.inspect.VectorInspection;

/** An inspection for programs: {@code kind}, {@code path} and the facts, as {@link RecordJson} writes them. */
public final class InspectJson {
    private InspectJson() {}

    /**
     * @param inspection facts
     * @return the result of {@code steer inspect}
     */
    public static ObjectNode of(Inspection inspection) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("kind", inspection.kind());
        root.setAll((ObjectNode) RecordJson.tree(inspection));
        root.set("steering", RecordJson.tree(Steerability.of(inspection)));
        if (inspection instanceof BundleInspection bundle) {
            root.put("points", bundle.manifest().points());
        } else if (inspection instanceof GraphInspection graph) {
            ObjectNode points = (ObjectNode) root.get("points");
            points.remove("refusal");
            points.set("steering", RecordJson.tree(Steerability.ofPoints(graph)));
        }
        if (inspection instanceof VectorInspection vector) {
            ((ObjectNode) root.get("provenance"))
                    .put("model_fingerprint", vector.provenance().modelFingerprint());
            if (vector.certificate() != null) {
                root.set("certificate", CertificateJson.write(vector.certificate()));
            }
        }
        return root;
    }
}
