package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.VectorExport;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.core.vector.format.VectorFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A converted vector. Stateless and thread-safe. */
public final class ConvertJson {
    /** What stands for the program's own vector file. */
    private static final String OWN = "steer";

    private ConvertJson() {}

    /**
     * @param file what was read
     * @param target what was written
     * @param opened what it was
     * @param vector the vector, with what is known of its model
     * @param format what was written; null for the program's own vector file
     * @param written what is in it and what is not
     * @return the result of {@code steer convert}
     */
    public static ObjectNode of(
            Path file,
            Path target,
            VectorFiles.Opened opened,
            SteeringVector vector,
            @Nullable VectorFormat format,
            VectorExport.Written written) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("file", target.toString())
                .put("from", file.toString())
                .put("from_format", name(opened.format()))
                .put("to_format", name(format))
                .put("model", vector.provenance().modelName())
                .put("model_fingerprint", vector.provenance().modelFingerprint())
                .put("hidden", vector.hidden())
                .put("model_layers", vector.layers());
        node.set("layers", RecordJson.tree(written.layers()));
        VectorOrigin origin = vector.origin();
        node.set("origin", origin == null ? node.nullNode() : RecordJson.tree(origin));
        node.set("left_behind", RecordJson.tree(written.leftBehind()));
        List<String> remarks = new ArrayList<>(opened.remarks());
        remarks.addAll(written.remarks());
        node.set("remarks", RecordJson.tree(remarks));
        return node;
    }

    private static String name(@Nullable VectorFormat format) {
        return format == null ? OWN : format.name();
    }
}
