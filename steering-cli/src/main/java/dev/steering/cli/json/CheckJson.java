package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.check.ReferenceComparison;
import java.nio.file.Path;

/** A comparison of a bundle with reference values. Stateless and thread-safe. */
public final class CheckJson {
    private CheckJson() {}

    /**
     * @param bundle the bundle
     * @param reference the file with the values
     * @param report what came of it
     * @param tolerance largest difference allowed
     * @return the result of {@code steer check}
     */
    public static ObjectNode of(Path bundle, Path reference, ReferenceCheck.Report report, double tolerance) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("bundle", bundle.toString())
                .put("reference", reference.toString())
                .put("passed", report.passes(tolerance))
                .put("tolerance", tolerance);
        ArrayNode comparisons = node.putArray("comparisons");
        for (ReferenceComparison comparison : report.comparisons()) {
            comparisons.add(RecordJson.object(comparison).put("passed", comparison.passes(tolerance)));
        }
        report.ignored().forEach(node.putArray("ignored")::add);
        report.notes().forEach(node.putArray("notes")::add);
        return node;
    }
}
