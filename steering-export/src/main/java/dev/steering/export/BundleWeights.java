package dev.steering.export;

import dev.steering.core.bundle.BundleManifest.TensorReference;
import dev.steering.export.decoder.DecoderWeights;

/** Weights at their place in the bundle. */
interface BundleWeights extends DecoderWeights {
    /** Where a tensor is that is stored as it is. */
    default TensorReference reference(String name) {
        return new TensorReference(fileOf(name), name);
    }

    /** Name of the bundle's file that holds a tensor. */
    String fileOf(String name);
}
