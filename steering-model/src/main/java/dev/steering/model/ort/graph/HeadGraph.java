package dev.steering.model.ort.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.GraphContract;
import dev.steering.model.internal.UseCount;
import dev.steering.model.ort.internal.Sessions;
import dev.steering.model.ort.internal.Tensors;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A bundle's vocabulary head as a graph of its own: hidden states in, scores out. Thread-safe, closing included. */
public final class HeadGraph implements AutoCloseable {
    private final Path graph;
    private final OrtSession session;
    private final UseCount uses;

    private HeadGraph(Path graph) {
        this.graph = graph;
        this.session = Sessions.open(graph, RuntimeOptions.defaults());
        this.uses = new UseCount("The head graph " + graph, () -> Sessions.close(session, graph));
    }

    /**
     * @param bundle a bundle whose manifest names a head graph
     * @return the graph
     * @throws SteeringException if there is none or ONNX Runtime cannot load it
     */
    public static HeadGraph open(Bundle bundle) {
        String file = bundle.manifest().headGraph();
        if (file == null) {
            throw new BadFile("The bundle " + bundle.directory() + " has no head graph.");
        }
        return new HeadGraph(bundle.file(file));
    }

    /**
     * @param states hidden states, {@code [rows, hidden]} row by row
     * @param hidden width of one
     * @return scores of every token, {@code [rows, vocabulary]} row by row
     * @throws SteeringException if the graph fails
     * @throws dev.steering.core.ModelClosed if it is closed
     */
    public float[] scores(float[] states, int hidden) {
        uses.begin();
        try {
            return run(states, hidden);
        } finally {
            uses.end();
        }
    }

    private float[] run(float[] states, int hidden) {
        int rows = states.length / hidden;
        FloatBuffer input = Tensors.floats(1, rows, hidden);
        input.put(states).rewind();
        try (Tensors tensors = new Tensors(Sessions.environment());
                OrtSession.Result result = session.run(
                        Map.of(GraphContract.HEAD_INPUT, tensors.wrap(input, 1, rows, hidden)),
                        Set.of(GraphContract.HEAD_OUTPUT))) {
            FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] all = new float[scores.remaining()];
            scores.get(all);
            return all;
        } catch (OrtException e) {
            throw new SteeringException("ONNX Runtime cannot run " + graph + ": " + Sessions.reason(e) + ".", e);
        }
    }

    /** Waits for what is running. */
    @Override
    public void close() {
        uses.close();
    }
}
