package dev.steering.export;

import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.export.decoder.DecoderWeights;
import java.util.List;

/** Weights at their place in the bundle. */
interface BundleWeights extends DecoderWeights {
    /** Where a tensor is that is stored as it is. */
    default TensorReference reference(String name) {
        return new TensorReference(fileOf(name), name);
    }

    /** Names of files of copies, whose tensors the checkpoint's files have too. */
    default List<String> copies() {
        return List.of();
    }

    /** Name of the bundle's file that holds a tensor. */
    String fileOf(String name);
}
