package dev.steering.export.decoder;

import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.export.graph.GraphBuilder;
import java.util.List;
import java.util.Map;

/** The MLP of one layer. */
final class MlpBlock {
    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;
    private final ExpertsBlock experts;

    MlpBlock(DecoderSpec spec, DecoderOps ops) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
        this.experts = new ExpertsBlock(spec, ops);
    }

    String write(int layer, String input) {
        return spec.layers().get(layer).mixture() ? experts.write(layer, input) : dense(layer, input);
    }

    private String dense(int layer, String input) {
        Mlp mlp = spec.mlp(layer);
        String name = spec.names().layer(layer) + "mlp.";
        String inner;
        if (mlp.gated()) {
            List<String> gateAndUp = gateAndUp(mlp, layer, name, input);
            String activated = ops.activated(mlp.activation(), name + "activated", gateAndUp.get(0));
            inner = graph.node("Mul", name + "gated", activated, gateAndUp.get(1));
        } else {
            String up = ops.linear(spec.names().of(Part.UP, layer), input, mlp.width(), spec.hidden(), mlp.bias());
            inner = ops.activated(mlp.activation(), name + "activated", up);
        }
        return ops.linear(spec.names().of(Part.DOWN, layer), inner, spec.hidden(), mlp.width(), mlp.bias());
    }

    private List<String> gateAndUp(Mlp mlp, int layer, String name, String input) {
        int width = mlp.width();
        TensorNames names = spec.names();
        if (!mlp.packed()) {
            return List.of(
                    ops.linear(names.of(Part.GATE, layer), input, width, spec.hidden(), mlp.bias()),
                    ops.linear(names.of(Part.UP, layer), input, width, spec.hidden(), mlp.bias()));
        }
        String packed = ops.linear(names.of(Part.GATE_UP, layer), input, 2L * width, spec.hidden(), mlp.bias());
        List<String> parts = List.of(name + "gate", name + "up");
        graph.node("Split", List.of(packed), parts, Map.of("axis", 2L, "num_outputs", 2L));
        return parts;
    }
}
