package dev.steering.model.ort.graph;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import dev.steering.model.ort.internal.ElementTypes;
import dev.steering.model.ort.internal.Sessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX file takes and returns, as ONNX Runtime understands it. Immutable and thread-safe.
 *
 * @param inputs in the graph's order; initializers are not inputs
 * @param outputs in the graph's order
 */
public record GraphInfo(List<Value> inputs, List<Value> outputs) {
    public GraphInfo {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * One input or output.
     *
     * @param name its name
     * @param type element type as in the ONNX specification, e.g. {@code FLOAT16}; {@code SEQUENCE} or {@code MAP} for what is
     *     not a tensor
     * @param dtype the same as ours; null where we have none
     * @param sizes one per axis, {@value #SYMBOLIC} for a symbolic one; empty for a scalar
     * @param symbols one per axis: name of a symbolic one, empty for a fixed or unnamed one
     */
    public record Value(String name, String type, @Nullable DType dtype, List<Long> sizes, List<String> symbols) {
        /** Size of an axis that is not fixed. */
        public static final long SYMBOLIC = -1;

        public Value {
            sizes = List.copyOf(sizes);
            symbols = List.copyOf(symbols);
        }

        /** @return number of axes, 0 for a scalar */
        public int rank() {
            return sizes.size();
        }

        /**
         * @param axis 0-based
         * @return whether its size is not fixed
         */
        public boolean isSymbolic(int axis) {
            return sizes.get(axis) == SYMBOLIC;
        }
    }

    /**
     * Loads the file, weights included, without optimising it, and closes it again.
     *
     * @param graph an ONNX file
     * @return its inputs and outputs
     * @throws SteeringException if ONNX Runtime cannot load it
     */
    public static GraphInfo read(Path graph) {
        try (OrtSession session = Sessions.openAsIs(graph)) {
            return new GraphInfo(values(session.getInputInfo()), values(session.getOutputInfo()));
        } catch (OrtException e) {
            throw new BadFile("ONNX Runtime cannot load " + graph + ": " + Sessions.reason(e) + ".", e);
        }
    }

    static List<Value> values(Map<String, NodeInfo> infos) {
        List<Value> values = new ArrayList<>();
        infos.forEach((name, info) -> values.add(value(name, info)));
        return values;
    }

    private static Value value(String name, NodeInfo info) {
        if (!(info.getInfo() instanceof TensorInfo tensor)) {
            String type = info.getInfo().getClass().getSimpleName().startsWith("Map") ? "MAP" : "SEQUENCE";
            return new Value(name, type, null, List.of(), List.of());
        }
        List<Long> sizes = new ArrayList<>();
        for (long size : tensor.getShape()) {
            sizes.add(size);
        }
        String type = ElementTypes.onnxName(tensor);
        return new Value(name, type, DType.ofOnnx(type).orElse(null), sizes, List.of(tensor.getDimensionNames()));
    }
}
