package dev.steering.model.ort.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.SteeringException;
import dev.steering.model.internal.UseCount;
import dev.steering.model.ort.internal.Sessions;
import dev.steering.model.ort.internal.Tensors;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Any graph of single-precision inputs and outputs, run again and again on the same memory: nothing is allocated or copied per
 * run, so that what is measured is the operator. For one thread, as all runs write to the same memory; any thread may close it.
 */
public final class FixedGraph implements AutoCloseable {
    private final Path graph;
    private final OrtSession session;
    private final Tensors tensors;
    private final UseCount uses;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

    /**
     * One input or output.
     *
     * @param values direct memory in native byte order; shared, not copied
     * @param shape its sizes
     */
    public record Memory(FloatBuffer values, List<Long> shape) {
        public Memory {
            shape = List.copyOf(shape);
        }

        /**
         * @param shape sizes
         * @return new memory of that shape, all zero
         */
        public static Memory allocate(Long... shape) {
            List<Long> sizes = List.of(shape);
            return new Memory(Tensors.floats(sizes(sizes)), sizes);
        }

        private static long[] sizes(List<Long> shape) {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private FixedGraph(Path graph, OrtSession session) {
        this.graph = graph;
        this.session = session;
        this.tensors = new Tensors(Sessions.environment());
        this.uses = new UseCount("The graph " + graph, this::free);
    }

    /**
     * @param graph an ONNX file
     * @param options threads and device
     * @param inputs memory of every input, by name
     * @param outputs memory of the outputs that are wanted, by name
     * @return the graph, bound to that memory
     * @throws SteeringException if ONNX Runtime cannot load it
     */
    public static FixedGraph open(
            Path graph, RuntimeOptions options, Map<String, Memory> inputs, Map<String, Memory> outputs) {
        FixedGraph fixed = new FixedGraph(graph, Sessions.open(graph, options));
        try {
            fixed.bind(inputs, fixed.inputs);
            fixed.bind(outputs, fixed.outputs);
            return fixed;
        } catch (OrtException e) {
            fixed.close();
            throw new SteeringException("Cannot make tensors for " + graph + ": " + Sessions.reason(e) + ".", e);
        }
    }

    private void bind(Map<String, Memory> memory, Map<String, OnnxTensor> into) throws OrtException {
        for (Map.Entry<String, Memory> named : memory.entrySet()) {
            Memory place = named.getValue();
            into.put(named.getKey(), tensors.wrap(place.values(), Memory.sizes(place.shape())));
        }
    }

    /**
     * Runs it once; the outputs' memory then holds the results.
     *
     * @throws SteeringException if the graph fails
     * @throws dev.steering.core.ModelClosed if it is closed
     */
    public void run() {
        uses.begin();
        try {
            session.run(inputs, Set.of(), outputs);
        } catch (OrtException e) {
            throw new SteeringException("ONNX Runtime cannot run " + graph + ": " + Sessions.reason(e) + ".", e);
        } finally {
            uses.end();
        }
    }

    private void free() {
        tensors.close();
        Sessions.close(session, graph);
    }

    /** Waits for what is running. */
    @Override
    public void close() {
        uses.close();
    }
}
