package dev.steering.model.ort.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.safetensors.DType;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs of forward passes that come one after the other. A pass writes into the memory of the one before wherever
 * shapes are the same, so that a step of decoding allocates next to nothing. Not thread-safe.
 */
public final class PassMemory implements AutoCloseable {
    private final OrtEnvironment environment;
    private final Map<String, PassTensor> tensors = new HashMap<>();
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private @Nullable Object graph;

    public PassMemory(OrtEnvironment environment) {
        this.environment = environment;
    }

    /** Starts a pass; another graph than that of the pass before may have other inputs. */
    public void begin(Object nextGraph) {
        if (graph != nextGraph) {
            inputs.clear();
            outputs.clear();
            graph = nextGraph;
        }
    }

    /** An input in memory of its own, all of which the caller writes. */
    public PassTensor input(String name, DType type, long... shape) throws OrtException {
        PassTensor tensor = named(name);
        inputs.put(name, tensor.shaped(type, shape));
        return tensor;
    }

    /** An input in the caller's memory. */
    public void input(String name, FloatBuffer values, long... shape) throws OrtException {
        inputs.put(name, named(name).wrapping(values, shape));
    }

    /** Inputs that somebody else owns. */
    public void inputs(Map<String, OnnxTensor> others) {
        inputs.putAll(others);
    }

    /** An empty past: the pass starts at every row's beginning and keeps nothing. */
    public void noPast(GraphSignature signature, int rows) throws OrtException {
        for (CacheEntry entry : signature.cache().entries()) {
            input(entry.past(), entry.type(), entry.sizes(rows, 0)).clear();
        }
    }

    /** An output that is written into the caller's memory. */
    public void output(String name, FloatBuffer values, long... shape) throws OrtException {
        outputs.put(name, named(name).wrapping(values, shape));
    }

    /** Outputs that somebody else owns. */
    public void outputs(Map<String, OnnxTensor> others) {
        outputs.putAll(others);
    }

    /** An output of an earlier pass that this one does not have. */
    public void withoutOutput(String name) {
        outputs.remove(name);
    }

    public Map<String, OnnxTensor> inputs() {
        return inputs;
    }

    public Map<String, OnnxTensor> outputs() {
        return outputs;
    }

    /** Lets go of memory that belongs to others. */
    public void release() {
        inputs.clear();
        outputs.clear();
        tensors.values().stream().filter(PassTensor::isWrapping).forEach(PassTensor::close);
    }

    private PassTensor named(String name) {
        PassTensor found = tensors.get(name);
        if (found == null) {
            found = new PassTensor(environment);
            tensors.put(name, found);
        }
        return found;
    }

    @Override
    public void close() {
        inputs.clear();
        outputs.clear();
        tensors.values().forEach(PassTensor::close);
        tensors.clear();
    }
}
