package dev.steering.bench.shape;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.ProgressListener;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.Precision;
import java.nio.file.Path;

/** The smallest shape as a bundle, for tests of other packages. */
public final class TinyBundle {
    private TinyBundle() {}

    /**
     * @param context tokens of its context
     * @param cache where it is made
     * @return a tiny Llama
     */
    public static Bundle withContext(int context, Path cache) {
        ObjectNode config = TinyShapes.llama(true).config().put("max_position_embeddings", context);
        return new ShapeBundles(cache, ProgressListener.NONE).get(ModelShape.of("tiny", config), Precision.FP32);
    }
}
