package dev.steering.model.ort.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.model.internal.UseCount;
import dev.steering.model.ort.internal.OpenGraph;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.ort.internal.PassPlan;
import dev.steering.model.ort.internal.Sessions;
import dev.steering.model.pass.LengthBatches;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A decoder as its exporter left it, without the steering contract: what an instrumented graph is compared with. Thread-safe,
 * closing included.
 */
public final class UnsteeredGraph implements AutoCloseable {
    private final GraphSignature signature;
    private final OpenGraph graph;
    private final UseCount uses;

    private UnsteeredGraph(GraphSignature signature, OpenGraph graph) {
        this.signature = signature;
        this.graph = graph;
        this.uses = new UseCount("The graph " + graph.file(), graph::close);
    }

    /**
     * @param graph an ONNX file
     * @param signature how it wants to be fed; what it declares no input for is left out. Its output with logits has an axis
     *     of positions: {@code [B,S,V]}, in any floating-point type
     * @param options threads and device
     * @return the graph
     * @throws SteeringException if ONNX Runtime cannot load it
     */
    public static UnsteeredGraph open(Path graph, GraphSignature signature, RuntimeOptions options) {
        return new UnsteeredGraph(signature, OpenGraph.open(graph, signature, options));
    }

    /**
     * Runs the rows from their beginning, as the signature's padding says.
     *
     * @param rows token ids, at least one each
     * @return the logits of every row's own tokens, {@code [tokens][vocabulary]}; only of the last one, for rows of one length,
     *     where the graph computes no others
     * @throws SteeringException if the graph fails or its logits are not {@code [B,S,V]}
     * @throws dev.steering.core.ModelClosed if it is closed
     */
    public List<float[][]> logits(List<int[]> rows) {
        uses.begin();
        try {
            return run(rows);
        } finally {
            uses.end();
        }
    }

    private List<float[][]> run(List<int[]> rows) {
        float[][][] logits = new float[rows.size()][][];
        for (int[] together : LengthBatches.together(signature.padding(), rows)) {
            PassPlan plan = PassPlan.fresh(signature.padding(), LengthBatches.pick(rows, together));
            List<float[][]> part = run(plan);
            for (int i = 0; i < together.length; i++) {
                logits[together[i]] = part.get(i);
            }
        }
        return List.of(logits);
    }

    private List<float[][]> run(PassPlan plan) {
        try (PassMemory memory = new PassMemory(Sessions.environment())) {
            graph.ownInputs().feed(plan, memory);
            memory.noPast(signature, plan.rows());
            Map<String, OnnxTensor> inputs = memory.inputs();
            inputs.keySet().retainAll(graph.declared());
            try (OrtSession.Result result = graph.session().run(inputs, Set.of(signature.logits()))) {
                return split((OnnxTensor) result.get(0), plan);
            }
        } catch (OrtException e) {
            throw new SteeringException("ONNX Runtime cannot run " + graph.file() + ": " + Sessions.reason(e) + ".", e);
        }
    }

    private List<float[][]> split(OnnxTensor logits, PassPlan plan) {
        long[] shape = logits.getInfo().getShape();
        FloatBuffer values = logits.getFloatBuffer();
        boolean lastOnly = shape.length == 3 && shape[1] == 1 && plan.isRectangle();
        if (shape.length != 3 || shape[0] != plan.rows() || (shape[1] != plan.width() && !lastOnly) || values == null) {
            throw new BadFile("'" + signature.logits() + "' of " + graph.file() + " is " + logits.getInfo()
                    + ", expected floating-point numbers of shape [" + plan.rows() + ", " + plan.width()
                    + ", vocabulary]: logits of every token.");
        }
        int vocabulary = (int) shape[2];
        List<float[][]> rows = new ArrayList<>();
        for (int row = 0; row < plan.rows(); row++) {
            float[][] tokens = new float[lastOnly ? 1 : plan.length(row)][vocabulary];
            for (int i = 0; i < tokens.length; i++) {
                values.get((row * (int) shape[1] + (lastOnly ? 0 : plan.index(row, i))) * vocabulary, tokens[i]);
            }
            rows.add(tokens);
        }
        return rows;
    }

    /** Waits for what is running. */
    @Override
    public void close() {
        uses.close();
    }
}
