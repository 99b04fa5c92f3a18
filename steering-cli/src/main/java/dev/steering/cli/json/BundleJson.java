package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.export.instrument.Instrumenter;
import java.nio.file.Path;

/** Bundles that were written. Stateless and thread-safe. */
public final class BundleJson {
    private BundleJson() {}

    /**
     * @param checkpoint what was exported
     * @param bundle where to
     * @param manifest what it says
     * @param seconds time it took
     * @return the result of {@code steer export}
     */
    public static ObjectNode exported(Path checkpoint, Path bundle, BundleManifest manifest, double seconds) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("checkpoint", checkpoint.toString())
                .put("bundle", bundle.toString());
        return model(node, manifest).put("seconds", seconds);
    }

    /**
     * @param model what was instrumented
     * @param bundle where to
     * @param result what was found
     * @param seconds time it took
     * @return the result of {@code steer instrument}
     */
    public static ObjectNode instrumented(Path model, Path bundle, Instrumenter.Result result, double seconds) {
        BundleManifest manifest = result.bundle().manifest();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("file", model.toString())
                .put("bundle", bundle.toString());
        result.points().forEach(node.putArray("points")::add);
        node.put("branches", result.branches());
        node.set("cache", RecordJson.tree(manifest.signature().cache().mode()));
        node.set("padding", RecordJson.tree(manifest.signature().padding()));
        return model(node, manifest).put("seconds", seconds);
    }

    private static ObjectNode model(ObjectNode to, BundleManifest manifest) {
        to.put("architecture", manifest.architecture())
                .put("dtype", manifest.dtype())
                .put("layers", manifest.layers())
                .put("hidden", manifest.hidden())
                .put("vocabulary", manifest.vocabulary());
        if (manifest.context() == Integer.MAX_VALUE) {
            to.putNull("context").put("context_reason", "not stated");
        } else {
            to.put("context", manifest.context());
        }
        return to.put("fingerprint", manifest.fingerprint());
    }
}
