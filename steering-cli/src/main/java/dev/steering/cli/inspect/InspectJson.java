package dev.steering.cli.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.steering.export.inspect.BundleInspection;
import dev.steering.export.inspect.GraphInspection;
import dev.steering.export.inspect.Inspection;
import dev.steering.export.inspect.VectorInspection;
import java.nio.file.Path;

/** An inspection as one JSON document: {@code kind}, {@code path} and the facts, with names in snake_case. */
public final class InspectJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer(Path.class)))
            .build();

    private InspectJson() {}

    /**
     * @param inspection facts
     * @return the document, indented; the same facts give the same text
     */
    public static String write(Inspection inspection) {
        ObjectNode root = JSON.createObjectNode().put("kind", inspection.kind());
        root.setAll((ObjectNode) JSON.valueToTree(inspection));
        root.set("steering", JSON.valueToTree(Steerability.of(inspection)));
        if (inspection instanceof BundleInspection bundle) {
            root.put("points", bundle.manifest().points());
        } else if (inspection instanceof GraphInspection graph) {
            ObjectNode points = (ObjectNode) root.get("points");
            points.remove("refusal");
            points.set("steering", JSON.valueToTree(Steerability.ofPoints(graph)));
        }
        if (inspection instanceof VectorInspection vector) {
            ((ObjectNode) root.get("provenance"))
                    .put("model_fingerprint", vector.provenance().modelFingerprint());
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
