package dev.steering.core.vector.format;

import dev.steering.core.Remedy;
import dev.steering.core.files.FileMark;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.core.vector.SteeringVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file without a description: tensors {@code direction.3}, {@code layers.3}, {@code layer_3} or {@code 3}, {@code [hidden]}
 * each, or one tensor {@code [layers, hidden]} that is called what a vector is called: any other may be a weight of a model, and is read
 * only if the layer of its first row is said. Written is {@code direction.3}.
 */
final class PlainSafetensors implements VectorFormat {
    /** Names of a tensor that holds all of a vector. */
    private static final List<String> WHOLE = List.of(
            "direction",
            "directions",
            "vector",
            "vectors",
            "steering_vector",
            "steering_vectors",
            "control_vector",
            "control_vectors",
            "steering",
            "layers",
            "values",
            "data",
            "arr_0");

    @Override
    public String name() {
        return "safetensors";
    }

    @Override
    public String words() {
        return "a plain safetensors vector";
    }

    @Override
    public FileMark mark() {
        return new FileMark(words(), file -> {
            Map<String, TensorInfo> tensors = SafetensorsFile.open(file).tensors();
            return !tensors.isEmpty()
                    && tensors.keySet().stream().allMatch(name -> name.startsWith(GgufFormat.DIRECTION));
        });
    }

    @Override
    public ForeignVector read(Path file, ReadingOptions options) {
        SafetensorsFile opened = SafetensorsFile.open(file);
        RowGatherer gatherer = new RowGatherer(file, "safetensors file of directions");
        Map<String, TensorInfo> tensors = opened.tensors();
        if (tensors.isEmpty()) {
            throw gatherer.unusable("it has no tensors", "Expected one a layer, or one [layers, hidden].");
        }
        if (tensors.size() > LayerRows.MOST_LAYERS) {
            throw gatherer.unusable(
                    "it has " + tensors.size() + " tensors, beyond the " + LayerRows.MOST_LAYERS
                            + " layers that a model may have here",
                    "Expected one a layer, or one [layers, hidden]: is it a model?");
        }
        for (TensorInfo tensor : tensors.values()) {
            if (!tensor.dtype().isFloat()) {
                throw gatherer.unusable(
                        "tensor '" + tensor.name() + "' is " + tensor.dtype() + ", expected F32, F16, BF16 or F64",
                        "Write it in one of these.");
            }
        }
        TensorInfo only = tensors.values().iterator().next();
        try (FileBytes in = FileBytes.open(file, gatherer)) {
            if (tensors.size() == 1
                    && only.rank() == 2
                    && options.firstLayer() == null
                    && !WHOLE.contains(only.name())) {
                throw gatherer.unusable(
                                "its only tensor is '" + only.name() + "' of the shape " + only.shape()
                                        + ", which does not say that it is a vector of so many layers: a weight of a model looks the same",
                                "Expected one of the names " + String.join(", ", WHOLE)
                                        + ", or one tensor a layer, such as direction.3. If it is one, say which layer its first row is"
                                        + " of.")
                        .withRemedy(Remedy.NAME_LAYER);
            }
            if (tensors.size() == 1 && (only.rank() == 2 || (only.rank() == 1 && options.firstLayer() != null))) {
                return NpyFormat.of(file, name(), array(in, only, gatherer), only.name(), gatherer, options);
            }
            options.requireNoLayer(file);
            String prefix = RowNames.prefix(tensors.keySet(), gatherer);
            for (TensorInfo tensor : tensors.values()) {
                if (tensor.rank() != 1) {
                    throw gatherer.unusable(
                            "tensor '" + tensor.name() + "' has the shape " + tensor.shape() + ", expected [hidden]",
                            "Write one tensor a layer, or one [layers, hidden].");
                }
                int layer = gatherer.layer(tensor.name(), tensor.name().substring(prefix.length()));
                gatherer.put(
                        tensor.name(), layer, array(in, tensor, gatherer).rows().get(0));
            }
        }
        LayerRows rows = gatherer.rows();
        return new ForeignVector(
                rows,
                new VectorOrigin(name(), ForeignVector.UNKNOWN, rows.layers(), true, null),
                0,
                ForeignVector.UNKNOWN,
                ForeignVector.UNKNOWN,
                gatherer.remarks(),
                null);
    }

    private static NpyArray array(FileBytes in, TensorInfo tensor, RowGatherer gatherer) {
        int[] sizes = DenseRows.sizes(tensor.name(), tensor.shape(), gatherer);
        float[][] rows = new float[sizes[0]][];
        in.seek(tensor.offset());
        for (int i = 0; i < rows.length; i++) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(sizes[1] * tensor.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
            rows[i] = gatherer.values(tensor.name(), tensor.dtype(), in.bytes(bytes, "values"), sizes[1]);
        }
        return new NpyArray(tensor.rank(), List.of(rows));
    }

    @Override
    public void write(Path file, LayerRows rows, SteeringVector vector) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int layer : rows.layers()) {
            writer.floats(GgufFormat.DIRECTION + layer, rows.row(layer), rows.hidden());
        }
        writer.write(file);
    }
}
