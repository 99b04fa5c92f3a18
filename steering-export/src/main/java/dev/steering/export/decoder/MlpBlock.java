package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.Mlp;
import dev.steering.export.graph.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.statistics.distribution.NormalDistribution;

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

    /**
     * What the MLP, or the experts, or both return.
     *
     * @param input what they read, normed, in the graph's precision
     * @param stream the residual stream before that norm: experts beside the MLP norm it themselves
     */
    String write(int layer, String input, String stream) {
        if (!spec.layers().get(layer).mixture()) {
            return dense(layer, input);
        }
        return switch (Objects.requireNonNull(spec.experts()).place()) {
            case INSTEAD_OF_MLP -> experts.write(layer, input);
            case BESIDE_MLP -> both(layer, input, stream);
            case ADDED_TO_MLP ->
                graph.node(
                        "Add",
                        spec.names().layer(layer) + "mlp_and_experts",
                        dense(layer, input),
                        experts.write(layer, input));
        };
    }

    /** The MLP's output and the experts', each normed, added. */
    private String both(int layer, String input, String stream) {
        TensorNames names = spec.names();
        String dense = ops.norm(ops.widen(dense(layer, input)), names.of(Part.BESIDE_MLP_NORM, layer));
        String own = ops.norm(stream, names.of(Part.BESIDE_INPUT_NORM, layer));
        String mixed = ops.widen(experts.write(layer, ops.narrow(own), stream));
        String normed = ops.norm(mixed, names.of(Part.BESIDE_OUTPUT_NORM, layer));
        return ops.narrow(graph.node("Add", names.layer(layer) + "mlp_and_experts", dense, normed));
    }

    private String dense(int layer, String input) {
        Mlp mlp = spec.mlp(layer);
        String name = spec.names().layer(layer) + "mlp.";
        String inner;
        if (mlp.gated()) {
            List<String> gateAndUp = gateAndUp(mlp, layer, name, input);
            String gate = mlp.sparsity() == 0 ? gateAndUp.get(0) : sparse(mlp, name, gateAndUp.get(0));
            String scaled = multiplied(gate, mlp.gateFactor());
            String activated = ops.activated(mlp.activation(), name + "activated", scaled);
            inner = graph.node("Mul", name + "gated", activated, gateAndUp.get(1));
        } else {
            String up = ops.linear(spec.names().of(Part.UP, layer), input, mlp.width(), spec.hidden(), mlp.bias());
            inner = mlp.activation() == Activation.XIELU
                    ? ops.narrow(xielu(layer, name, ops.widen(up)))
                    : ops.activated(mlp.activation(), name + "activated", up);
        }
        String output = ops.linear(spec.names().of(Part.DOWN, layer), inner, spec.hidden(), mlp.width(), mlp.bias());
        return multiplied(output, mlp.factor());
    }

    private String multiplied(String narrow, double factor) {
        return factor == 1 ? narrow : ops.narrow(ops.scaled(ops.widen(narrow), factor));
    }

    /** What a gate is above {@code mean + q * deviation}, with q the quantile of the normal distribution. */
    private String sparse(Mlp mlp, String name, String narrow) {
        String gate = ops.widen(narrow);
        if (!graph.has("sparse.last")) {
            graph.longs("sparse.last", new long[] {-1}, 1);
        }
        double quantile = NormalDistribution.of(0, 1).inverseCumulativeProbability(mlp.sparsity());
        graph.floats(name + "sparse.quantile", new float[] {(float) quantile});
        graph.node("ReduceMean", List.of(gate, "sparse.last"), List.of(name + "sparse.mean"), Map.of("keepdims", 1L));
        String centred = graph.node("Sub", name + "sparse.centred", gate, name + "sparse.mean");
        String square = graph.node("Mul", name + "sparse.square", centred, centred);
        graph.node(
                "ReduceMean",
                List.of(square, "sparse.last"),
                List.of(name + "sparse.variance"),
                Map.of("keepdims", 1L));
        String deviation = graph.node("Sqrt", name + "sparse.deviation", name + "sparse.variance");
        String least = graph.node("Mul", name + "sparse.least", deviation, name + "sparse.quantile");
        String above = graph.node("Sub", name + "sparse.above", centred, least);
        return ops.narrow(graph.node("Relu", name + "sparse", above));
    }

    /**
     * {@code b x + p x^2} for x above 0, else {@code b x + n (exp(min(x, e)) - 1 - x)}, with p the softplus of a number of the layer and n
     * that of another one, plus b.
     */
    private String xielu(int layer, String name, String x) {
        String numbers = spec.names().of(Part.ACTIVATION, layer) + ".";
        String beta = ops.weight(numbers + "beta", DType.F32);
        String positive = graph.node("Softplus", name + "p", ops.weight(numbers + "alpha_p", DType.F32, 1));
        String softplus = graph.node("Softplus", name + "n.softplus", ops.weight(numbers + "alpha_n", DType.F32, 1));
        String negative = graph.node("Add", name + "n", softplus, beta);
        String above = graph.node("Relu", name + "above", x);
        String square = graph.node("Mul", name + "square", above, above);
        String rising = graph.node("Mul", name + "rising", square, positive);
        String capped = graph.node("Min", name + "capped", x, ops.weight(numbers + "eps", DType.F32));
        String bent = graph.node("Sub", name + "bent", graph.node("Elu", name + "elu", capped), x);
        String falling = graph.node("Mul", name + "falling", bent, negative);
        if (!graph.has("xielu.zero")) {
            graph.floats("xielu.zero", new float[] {0});
        }
        String isAbove = graph.node("Greater", name + "is_above", x, "xielu.zero");
        String curve = graph.node("Where", name + "curve", isAbove, rising, falling);
        return graph.node("Add", name + "activated", curve, graph.node("Mul", name + "line", x, beta));
    }

    private List<String> gateAndUp(Mlp mlp, int layer, String name, String input) {
        int width = mlp.width();
        TensorNames names = spec.names();
        String packed;
        if (mlp.packed()) {
            packed = ops.linear(names.of(Part.GATE_UP, layer), input, 2L * width, spec.hidden(), mlp.bias());
        } else {
            List<String> both = List.of(names.of(Part.GATE, layer), names.of(Part.UP, layer));
            List<Long> widths = List.of((long) width, (long) width);
            packed = ops.stacked(name + "gate_and_up", both, input, widths, spec.hidden(), mlp.bias());
            if (packed == null) {
                return both.stream()
                        .map(part -> ops.linear(part, input, width, spec.hidden(), mlp.bias()))
                        .toList();
            }
        }
        List<String> parts = List.of(name + "gate", name + "up");
        graph.node("Split", List.of(packed), parts, Map.of("axis", 2L, "num_outputs", 2L));
        return parts;
    }
}
