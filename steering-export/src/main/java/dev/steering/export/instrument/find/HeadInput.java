package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.BadFile;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.List;
import java.util.Set;

/** Finds what the vocabulary head reads: the last cut before the first matrix product after the last point. */
public final class HeadInput {
    public static final Set<String> PRODUCTS = Set.of(
            "MatMul",
            "FusedMatMul",
            "Gemm",
            "MatMulNBits",
            "MatMulBnb4",
            "MatMulFpQ4",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "DynamicQuantizeMatMul",
            "QLinearMatMul",
            "QGemm",
            "Einsum",
            "GemmFloat8",
            "Conv");

    /** Some exports compute the logits of the last positions only. */
    private static final Set<String> SELECTIONS = Set.of("Gather", "GatherND", "GatherElements", "Slice");

    private HeadInput() {}

    /**
     * What the head reads, and where its positions can be picked: the same tensor, unless the exporter picks positions itself.
     *
     * @param tensor what the matrix product reads, in the end
     * @param source {@code [B,S,H]}: all positions
     */
    public record Found(String tensor, String source) {}

    static Found find(ResidualFlow flow, List<Point> points) {
        int last = last(flow, points);
        String tensor = lastCut(flow, firstProduct(flow, last));
        for (int at = Math.max(0, last); at < flow.size() && !flow.vertex(at).equals(Vertex.of(tensor)); at++) {
            Vertex vertex = flow.vertex(at);
            if (vertex.isNode()
                    && SELECTIONS.contains(flow.scope().node(vertex.node()).getOpType())) {
                return new Found(tensor, lastCut(flow, at));
            }
        }
        return new Found(tensor, tensor);
    }

    private static String lastCut(ResidualFlow flow, int position) {
        for (int at = position; at >= 0; at--) {
            if (flow.isCut(at) && !flow.vertex(at).isNode()) {
                return flow.vertex(at).tensor();
            }
        }
        throw new BadFile("nothing between the last point and the vocabulary head is read by the head alone");
    }

    /** Position of the head's matrix product. */
    static int firstProduct(ResidualFlow flow, int lastPoint) {
        for (int at = lastPoint + 1; at < flow.size(); at++) {
            Vertex vertex = flow.vertex(at);
            if (vertex.isNode()) {
                NodeProto node = flow.scope().node(vertex.node());
                if (PRODUCTS.contains(node.getOpType())) {
                    return at;
                }
            }
        }
        throw new BadFile("no matrix product follows the last layer (rule: the vocabulary head is one)");
    }

    static int last(ResidualFlow flow, List<Point> points) {
        Point point = points.get(points.size() - 1);
        return flow.position(point.skip() ? Vertex.of(point.node()) : Vertex.of(point.tensor()));
    }
}
