package dev.steering.export.decoder;

import dev.steering.export.decoder.DecoderSpec.ShortConvolution;
import dev.steering.export.graph.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A short convolution in the place of attention. */
final class ConvolutionBlock {
    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;
    private final CausalConvolution convolution;

    ConvolutionBlock(DecoderSpec spec, DecoderOps ops, RowStates states) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
        this.convolution = new CausalConvolution(ops, states);
    }

    String write(int layer, String input) {
        ShortConvolution how = Objects.requireNonNull(spec.convolution());
        TensorNames names = spec.names();
        String name = names.layer(layer) + "convolution.";
        long hidden = spec.hidden();
        String projected =
                ops.widen(ops.linear(names.of(Part.CONVOLUTION_INPUT, layer), input, 3 * hidden, hidden, how.bias()));
        List<String> parts = List.of(name + "b", name + "c", name + "x");
        graph.node("Split", List.of(projected), parts, Map.of("axis", 2L, "num_outputs", 3L));
        String gated = graph.node("Mul", name + "gated", parts.get(0), parts.get(2));
        String convolved = convolution.write(
                layer, names.of(Part.CONVOLUTION, layer), name, gated, hidden, how.kernel(), how.bias());
        String output = ops.narrow(graph.node("Mul", name + "output", parts.get(1), convolved));
        return ops.linear(names.of(Part.CONVOLUTION_OUTPUT, layer), output, hidden, hidden, how.bias());
    }
}
