package dev.steering.export.bake;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.HalfPrecision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads vectors that a graph holds or points to. Immutable. */
final class GraphConstants {
    private final Path directory;
    private final List<EditedGraph> scopes;
    private final int length;

    /**
     * @param directory where the graph's files are
     * @param scopes the graph, then the graphs around it
     * @param length of the vectors that are looked for
     */
    GraphConstants(Path directory, List<EditedGraph> scopes, int length) {
        this.directory = directory;
        this.scopes = List.copyOf(scopes);
        this.length = length;
    }

    /**
     * @param name a tensor
     * @return its values if it is a constant vector of that length that the graph computes with in single precision; else null
     */
    float @Nullable [] vector(String name) {
        for (EditedGraph scope : scopes) {
            for (TensorProto tensor : scope.initializers()) {
                if (tensor.getName().equals(name)) {
                    return tensor.getDataType() == DType.F32.onnxNumber() ? values(tensor) : null;
                }
            }
            NodeProto.Builder producer = scope.producer(name);
            if (producer != null) {
                return made(scope, producer);
            }
        }
        return null;
    }

    private float @Nullable [] made(EditedGraph scope, NodeProto.Builder producer) {
        if (producer.getOpType().equals("Identity")) {
            // Exporters let equal biases, such as untrained ones, share one tensor.
            return vector(producer.getInput(0));
        }
        TensorProto tensor = stored(scope, producer);
        boolean cast = producer.getOpType().equals("Cast");
        boolean single =
                cast ? castsToSingle(producer) : tensor != null && tensor.getDataType() == DType.F32.onnxNumber();
        return tensor == null || !single ? null : values(tensor);
    }

    private @Nullable TensorProto stored(EditedGraph scope, NodeProto.Builder producer) {
        if (producer.getOpType().equals("Constant")) {
            return producer.getAttributeList().stream()
                    .filter(attribute -> attribute.getName().equals("value"))
                    .map(AttributeProto::getT)
                    .findFirst()
                    .orElse(null);
        }
        if (!producer.getOpType().equals("Cast")) {
            return null;
        }
        return scope.initializers().stream()
                .filter(candidate -> candidate.getName().equals(producer.getInput(0)))
                .findFirst()
                .orElse(null);
    }

    private static boolean castsToSingle(NodeProto.Builder cast) {
        return cast.getAttributeList().stream()
                .anyMatch(attribute -> attribute.getName().equals("to") && attribute.getI() == DType.F32.onnxNumber());
    }

    private float @Nullable [] values(TensorProto tensor) {
        DType type = DType.ofOnnx(tensor.getDataType()).orElse(null);
        boolean fits = tensor.getDimsCount() == 1
                && tensor.getDims(0) == length
                && (type == DType.F32 || type == DType.F16 || type == DType.BF16);
        if (!fits || type == null) {
            return null;
        }
        float[] values = new float[length];
        if (tensor.getFloatDataCount() == length) {
            for (int i = 0; i < length; i++) {
                values[i] = tensor.getFloatData(i);
            }
            return values;
        }
        ByteBuffer bytes = tensor.getExternalDataCount() > 0
                ? external(tensor, type.bytes(length))
                : tensor.getRawData().asReadOnlyByteBuffer();
        if (bytes.remaining() != type.bytes(length)) {
            return null;
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            values[i] = type == DType.F32 ? bytes.getFloat() : HalfPrecision.read(type, bytes.getShort());
        }
        return values;
    }

    private ByteBuffer external(TensorProto tensor, long size) {
        String location = entry(tensor, "location", "");
        Path file = directory.resolve(location).normalize();
        if (!file.startsWith(directory.normalize())) {
            throw new BadFile("The graph's tensor '" + tensor.getName() + "' lies in " + location
                    + ", outside of its directory. The bundle is damaged: export it again.");
        }
        long offset = Long.parseLong(entry(tensor, "offset", "0"));
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // Until it is full or the file ends.
            }
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
        return bytes.flip();
    }

    private static String entry(TensorProto tensor, String key, String otherwise) {
        return tensor.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .map(StringStringEntryProto::getValue)
                .findFirst()
                .orElse(otherwise);
    }
}
