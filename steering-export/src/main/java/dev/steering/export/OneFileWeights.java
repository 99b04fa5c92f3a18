package dev.steering.export;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.decoder.DecoderWeights;

/** Tensors of one safetensors file of a bundle. */
abstract class OneFileWeights implements DecoderWeights {
    private final String name;
    private final SafetensorsFile file;

    /**
     * @param name of the file in the bundle
     * @param file the file
     */
    OneFileWeights(String name, SafetensorsFile file) {
        this.name = name;
        this.file = file;
    }

    /** The file's name. */
    final String name() {
        return name;
    }

    @Override
    public final boolean has(String tensor) {
        return file.tensors().containsKey(tensor);
    }

    @Override
    public final Location locate(String tensor, long... shape) {
        return WeightFiles.location(file.tensor(tensor, shape), name);
    }
}
