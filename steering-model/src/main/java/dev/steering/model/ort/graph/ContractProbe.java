package dev.steering.model.ort.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.safetensors.DType;
import dev.steering.model.ort.internal.GraphInputs;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.ort.internal.PassPlan;
import dev.steering.model.ort.internal.Sessions;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Learns the sizes of a graph that has the contract but whose file does not say them, by running it once. */
public final class ContractProbe {
    private static final int WIDTH = 2;

    private ContractProbe() {}

    /**
     * What the graph returns.
     *
     * @param points residual-stream points
     * @param hidden width of the residual stream
     * @param vocabulary size of the vocabulary
     */
    public record Sizes(int points, int hidden, int vocabulary) {}

    /**
     * Runs two tokens with directions of width 1, which are zero and therefore fit any width.
     *
     * @param graph a graph with the contract
     * @param signature how it wants to be fed
     * @param points residual-stream points that it was given
     * @param options threads, device and layout of weights
     * @return its sizes
     * @throws SteeringException if it cannot be run, or returns something else than the contract says
     */
    public static Sizes run(Path graph, GraphSignature signature, int points, RuntimeOptions options) {
        PassPlan plan = PassPlan.fresh(signature.padding(), List.of(new int[WIDTH]));
        try (OrtSession session = Sessions.open(graph, options);
                PassMemory memory = new PassMemory(Sessions.environment())) {
            GraphInputs.of(signature, session).feed(plan, memory);
            memory.noPast(signature, plan.rows());
            memory.input(GraphContract.STEERING_VECTORS, DType.F32, points, 1, 1)
                    .clear();
            memory.input(GraphContract.STEERING_COEFFS, DType.F32, 1, 1, 1).clear();
            memory.input(GraphContract.CAPTURE_WEIGHTS, DType.F32, 1, 1, WIDTH).clear();
            memory.input(GraphContract.LOGIT_POSITIONS, DType.I64, 1, 1).clear();
            try (OrtSession.Result result =
                    session.run(memory.inputs(), Set.of(GraphContract.CAPTURED, signature.logits()))) {
                long[] captured = shape(result, GraphContract.CAPTURED);
                long[] logits = shape(result, signature.logits());
                require(
                        GraphContract.CAPTURED,
                        captured,
                        captured.length == 4 && captured[0] == 1 && captured[1] == points && captured[2] == 1);
                require(signature.logits(), logits, logits.length == 3 && logits[0] == 1 && logits[1] == 1);
                return new Sizes(points, Math.toIntExact(captured[3]), Math.toIntExact(logits[2]));
            }
        } catch (OrtException e) {
            throw new SteeringException(
                    "ONNX Runtime cannot run the instrumented graph: " + Sessions.reason(e) + ".", e);
        }
    }

    private static long[] shape(OrtSession.Result result, String output) {
        return ((OnnxTensor) result.get(output).orElseThrow()).getInfo().getShape();
    }

    private static void require(String output, long[] shape, boolean right) {
        if (!right) {
            throw new BadFile("'" + output + "' of the instrumented graph is " + Arrays.toString(shape)
                    + " for one row and one position: its axes are not [rows, positions, ...]");
        }
    }
}
