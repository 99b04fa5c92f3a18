package dev.steering.export.decoder;

import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.export.graph.GraphBuilder;
import java.util.List;
import java.util.Map;

/** The MLP of one layer. */
final class MlpBlock {
    private static final float QUICK_GELU_ALPHA = 1.702f;

    private final DecoderSpec spec;
    private final Mlp mlp;
    private final DecoderOps ops;
    private final GraphBuilder graph;

    MlpBlock(DecoderSpec spec, DecoderOps ops) {
        this.spec = spec;
        this.mlp = spec.mlp();
        this.ops = ops;
        this.graph = ops.graph();
    }

    String write(int layer, String input) {
        String name = spec.names().layer(layer) + "mlp.";
        String inner;
        if (mlp.gated()) {
            List<String> gateAndUp = gateAndUp(layer, name, input);
            String activated = activated(name + "activated", gateAndUp.get(0));
            inner = graph.node("Mul", name + "gated", activated, gateAndUp.get(1));
        } else {
            String up = ops.linear(spec.names().of(Part.UP, layer), input, mlp.width(), spec.hidden(), mlp.bias());
            inner = activated(name + "activated", up);
        }
        return ops.linear(spec.names().of(Part.DOWN, layer), inner, spec.hidden(), mlp.width(), mlp.bias());
    }

    private List<String> gateAndUp(int layer, String name, String input) {
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

    private String activated(String name, String gate) {
        switch (mlp.activation()) {
            // QuickGelu is x * sigmoid(alpha x): SiLU in one pass.
            case SILU -> graph.fused("QuickGelu", List.of(gate), List.of(name), Map.of("alpha", 1.0f));
            case QUICK_GELU ->
                graph.fused("QuickGelu", List.of(gate), List.of(name), Map.of("alpha", QUICK_GELU_ALPHA));
            case GELU -> graph.fused("Gelu", List.of(gate), List.of(name), Map.of());
            case GELU_TANH -> graph.fused("FastGelu", List.of(gate), List.of(name), Map.of());
            case RELU -> graph.node("Relu", name, gate);
            case RELU_SQUARED -> {
                String positive = graph.node("Relu", name + ".positive", gate);
                graph.node("Mul", name, positive, positive);
            }
        }
        return name;
    }
}
