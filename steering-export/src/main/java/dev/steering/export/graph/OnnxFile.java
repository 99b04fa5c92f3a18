package dev.steering.export.graph;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an ONNX file says about itself, without its weights. Immutable and thread-safe.
 *
 * @param path the file
 * @param bytes its size
 * @param irVersion version of the file format
 * @param producer who wrote it, with the version; empty if it does not say
 * @param opsets version of each operator set by domain; the standard one is {@code ai.onnx}
 * @param inputs what has to be fed; initializers listed as inputs are left out
 * @param outputs what comes out
 * @param nodes number of nodes, those of branches, loops and local functions included
 * @param operators number of nodes by operator, with the domain in front unless it is the standard one
 * @param weights the tensors that the file holds or points to
 */
public record OnnxFile(
        Path path,
        long bytes,
        long irVersion,
        String producer,
        Map<String, Long> opsets,
        List<Value> inputs,
        List<Value> outputs,
        int nodes,
        Map<String, Integer> operators,
        Weights weights) {
    public OnnxFile {
        opsets = Collections.unmodifiableMap(new TreeMap<>(opsets));
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        operators = Collections.unmodifiableMap(new TreeMap<>(operators));
    }

    /**
     * @param file an ONNX file
     * @return what it says; memory does not depend on the size of the weights
     * @throws dev.steering.core.SteeringException if it cannot be read, is damaged or something else
     */
    public static OnnxFile read(Path file) {
        return new OnnxReader(file).read();
    }

    /**
     * @param name name of an input
     * @return whether there is one
     */
    public boolean hasInput(String name) {
        return inputs.stream().anyMatch(input -> input.name().equals(name));
    }

    /**
     * An input or output.
     *
     * @param name its name
     * @param type element type as ONNX calls it, e.g. {@code float16}; {@code ?} if it does not say
     * @param shape one per axis: a number, a name, or {@code ?}; null-free, empty for a scalar or an unknown shape
     */
    public record Value(String name, String type, List<String> shape) {
        public Value {
            shape = List.copyOf(shape);
        }
    }

    /**
     * Initializers and constants.
     *
     * @param tensors how many
     * @param elements numbers in all of them
     * @param embeddedBytes bytes of data in the file itself
     * @param externalBytes bytes of data that it points to, by file name
     * @param elementsByType numbers by element type
     */
    public record Weights(
            int tensors,
            long elements,
            long embeddedBytes,
            Map<String, Long> externalBytes,
            Map<String, Long> elementsByType) {
        public Weights {
            externalBytes = Collections.unmodifiableMap(new TreeMap<>(externalBytes));
            elementsByType = Collections.unmodifiableMap(new TreeMap<>(elementsByType));
        }
    }
}
