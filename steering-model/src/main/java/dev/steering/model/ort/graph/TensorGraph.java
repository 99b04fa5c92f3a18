package dev.steering.model.ort.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.SteeringException;
import dev.steering.model.internal.UseCount;
import dev.steering.model.ort.internal.Sessions;
import dev.steering.model.ort.internal.Tensors;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** A graph that was made in memory, run as a function of named tensors. Thread-safe, closing included. */
public final class TensorGraph implements AutoCloseable {
    private final Path folder;
    private final OrtSession session;
    private final UseCount uses;

    private TensorGraph(Path folder, OrtSession session) {
        this.folder = folder;
        this.session = session;
        String what = "graph on the weights in " + folder;
        this.uses = new UseCount("The " + what, () -> Sessions.close(session, "a " + what));
    }

    /**
     * @param model an ONNX model
     * @param folder where the files are that its weights lie in; they are read or mapped from there, never copied to another file
     * @param options threads and device
     * @return the graph
     * @throws SteeringException if ONNX Runtime cannot load it
     */
    public static TensorGraph open(byte[] model, Path folder, RuntimeOptions options) {
        return new TensorGraph(folder, Sessions.open(model, folder, options));
    }

    /**
     * @param inputs all inputs of the graph
     * @param outputs names of the outputs that are wanted; all in single precision
     * @return their values, in row-major order, in the order of {@code outputs}
     * @throws SteeringException if the graph fails
     * @throws dev.steering.core.ModelClosed if it is closed
     */
    public List<float[]> run(TensorInputs inputs, List<String> outputs) {
        uses.begin();
        try {
            return values(inputs, outputs);
        } finally {
            uses.end();
        }
    }

    private List<float[]> values(TensorInputs inputs, List<String> outputs) {
        try (Tensors tensors = new Tensors(Sessions.environment());
                OrtSession.Result result = session.run(inputs.tensors(tensors), new LinkedHashSet<>(outputs))) {
            List<float[]> values = new ArrayList<>();
            for (String name : outputs) {
                values.add(floats(result.get(name).orElseThrow()));
            }
            return values;
        } catch (OrtException e) {
            throw new SteeringException(
                    "ONNX Runtime cannot run a graph on the weights in " + folder + ": " + Sessions.reason(e) + ".", e);
        }
    }

    private static float[] floats(OnnxValue value) {
        FloatBuffer buffer = ((OnnxTensor) value).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** Waits for what is running. */
    @Override
    public void close() {
        uses.close();
    }
}
