package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * One residual-stream point in a graph.
 *
 * @param node index of the node that makes it
 * @param tensor its name; empty for a skip-norm that does not return its sum yet
 * @param skip whether the node is a skip-norm, which adds the branch to the stream and normalises in one: steering then goes
 *     to its skip input, so that both the sum and the norm see it
 * @param label what to call it to people
 */
public record Point(int node, String tensor, boolean skip, String label) {
    /** Index of the skip-norms' optional output with the sum. */
    public static final int SKIP_SUM_OUTPUT = 3;

    static Point tensor(int node, String tensor) {
        return new Point(node, tensor, false, tensor);
    }

    static Point skip(int node, NodeProto skipNorm) {
        String sum = skipNorm.getOutputCount() > SKIP_SUM_OUTPUT ? skipNorm.getOutput(SKIP_SUM_OUTPUT) : "";
        String label = sum.isEmpty()
                ? "the sum in " + (skipNorm.getName().isEmpty() ? skipNorm.getOutput(0) : skipNorm.getName())
                : sum;
        return new Point(node, sum, true, label);
    }
}
