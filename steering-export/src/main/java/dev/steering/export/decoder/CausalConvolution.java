package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A convolution of every component along the text, over a token and those before it, in single precision. */
final class CausalConvolution {
    private final DecoderOps ops;
    private final GraphBuilder graph;
    private final RowStates states;

    CausalConvolution(DecoderOps ops, RowStates states) {
        this.ops = ops;
        this.graph = ops.graph();
        this.states = states;
    }

    /** [batch, sequence, size] to the same. */
    String write(int layer, String tensor, String name, String input, long size, int kernel, boolean bias) {
        String whole = states.withBefore(layer, name, input);
        graph.node("Transpose", List.of(whole), List.of(name + "columns"), Map.of("perm", new long[] {0, 2, 1}));
        List<String> inputs =
                new ArrayList<>(List.of(name + "columns", ops.weight(tensor + ".weight", DType.F32, size, 1, kernel)));
        if (bias) {
            inputs.add(ops.weight(tensor + ".bias", DType.F32, size));
        }
        graph.node(
                "Conv", inputs, List.of(name + "convolved.columns"), Map.of("group", size, "kernel_shape", new long[] {
                    kernel
                }));
        graph.node(
                "Transpose",
                List.of(name + "convolved.columns"),
                List.of(name + "convolved"),
                Map.of("perm", new long[] {0, 2, 1}));
        return name + "convolved";
    }
}
