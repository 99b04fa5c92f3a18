package dev.steering.export.instrument.verify;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.safetensors.DType;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.instrument.file.ModelFile;
import dev.steering.export.instrument.find.GraphScope;
import dev.steering.model.pass.RuntimeOptions;
import java.util.Set;

/** What kind of numbers a model's weights are. */
public enum GraphPrecision {
    SINGLE("f32"),
    HALF("f16"),
    INT8("int8"),
    /** Activations are rounded in steps that depend on all that is computed together. */
    DYNAMIC_INT8(ReferenceCheck.DYNAMIC),
    INT4("int4");

    private static final Set<String> BLOCKS = Set.of("MatMulNBits", "MatMulBnb4", "MatMulFpQ4", "GatherBlockQuantized");
    private static final Set<String> DYNAMIC =
            Set.of("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM");
    private static final Set<String> WHOLE_NUMBERS =
            Set.of("MatMulInteger", "MatMulIntegerToFloat", "QLinearMatMul", "QGemm", "QAttention", "DequantizeLinear");

    private final String label;

    GraphPrecision(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /**
     * How to run for a few short passes: with weights left where they are, except in blocks of few bits, which ONNX Runtime would
     * widen on every pass (measured: 16 times slower than repacking them once, and more memory at its peak).
     */
    public RuntimeOptions runtime() {
        return this == INT4 || this == INT8
                ? RuntimeOptions.defaults()
                : RuntimeOptions.defaults().withMappedWeights();
    }

    /** How far two computations of the same numbers may be apart. */
    public Tolerance tolerance() {
        return switch (this) {
            case SINGLE -> Tolerance.SINGLE;
            case HALF, INT8, INT4 -> Tolerance.COARSE;
            case DYNAMIC_INT8 -> Tolerance.DYNAMIC;
        };
    }

    public static GraphPrecision of(ModelFile file) {
        return of(file.graph());
    }

    private static GraphPrecision of(GraphProto graph) {
        GraphPrecision coarsest = weights(graph);
        for (NodeProto node : graph.getNodeList()) {
            GraphPrecision own = operator(node);
            for (GraphProto branch : GraphScope.subgraphs(node)) {
                own = own.compareTo(of(branch)) < 0 ? of(branch) : own;
            }
            coarsest = coarsest.compareTo(own) < 0 ? own : coarsest;
        }
        return coarsest;
    }

    private static GraphPrecision operator(NodeProto node) {
        if (BLOCKS.contains(node.getOpType())) {
            boolean eight =
                    node.getAttributeList().stream().anyMatch(a -> a.getName().equals("bits") && a.getI() == 8);
            return eight ? INT8 : INT4;
        }
        if (DYNAMIC.contains(node.getOpType())) {
            return DYNAMIC_INT8;
        }
        return WHOLE_NUMBERS.contains(node.getOpType()) ? INT8 : SINGLE;
    }

    private static GraphPrecision weights(GraphProto graph) {
        return graph.getInitializerList().stream()
                        .anyMatch(tensor -> tensor.getDimsCount() == 2
                                && (tensor.getDataType() == DType.F16.onnxNumber()
                                        || tensor.getDataType() == DType.BF16.onnxNumber()))
                ? HALF
                : SINGLE;
    }
}
