package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphContract;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * What a forward pass returned: logits {@code [rows, positions, vocabulary]} and captures
 * {@code [rows, points, captures, hidden]}. Not thread-safe.
 */
public final class ForwardResult {
    private final FloatBuffer logits;
    private final int positions;
    private final int vocabulary;
    private final FloatBuffer captured;
    private final int points;
    private final int captures;
    private final int hidden;

    private ForwardResult(
            FloatBuffer logits,
            int positions,
            int vocabulary,
            FloatBuffer captured,
            int points,
            int captures,
            int hidden) {
        this.logits = logits;
        this.positions = positions;
        this.vocabulary = vocabulary;
        this.captured = captured;
        this.points = points;
        this.captures = captures;
        this.hidden = hidden;
    }

    /** Room for what a request wants of some rows, all zero. */
    static ForwardResult allocate(BundleManifest model, int rows, ForwardRequest request) {
        int positions = request.logitsPerRow();
        int captures = request.capturesPerRow();
        return new ForwardResult(
                Tensors.floats(rows, positions, model.vocabulary()),
                positions,
                model.vocabulary(),
                Tensors.floats(rows, model.points(), captures, model.hidden()),
                model.points(),
                captures,
                model.hidden());
    }

    /** Has the graph write into this result; at least one output, as it has to return something. */
    void pin(Map<String, OnnxTensor> outputs, String logitsName, int rows, Tensors tensors) throws OrtException {
        if (positions > 0) {
            outputs.put(logitsName, tensors.wrap(logits, rows, positions, vocabulary));
        }
        if (captures > 0 || positions == 0) {
            outputs.put(GraphContract.CAPTURED, tensors.wrap(captured, rows, points, captures, hidden));
        }
    }

    /** Takes one row of another result for the same request. */
    void take(int row, ForwardResult from, int fromRow) {
        int size = positions * vocabulary;
        logits.put(row * size, from.logits, fromRow * size, size);
        size = points * captures * hidden;
        captured.put(row * size, from.captured, fromRow * size, size);
    }

    /**
     * @param row row of the batch
     * @param position index into the positions that were asked for
     * @return the logits there, {@code [vocabulary]}
     */
    public float[] logits(int row, int position) {
        float[] copy = new float[vocabulary];
        logits(row, position, copy);
        return copy;
    }

    /**
     * @param row row of the batch
     * @param position index into the positions that were asked for
     * @param into receives the logits, {@code [vocabulary]}
     */
    public void logits(int row, int position, float[] into) {
        if (position < 0 || position >= positions) {
            throw new IndexOutOfBoundsException("logit position " + position + " of " + positions);
        }
        logits.get((row * positions + position) * vocabulary, into, 0, vocabulary);
    }

    /**
     * @param row row of the batch
     * @param point residual-stream point, 0 to layers
     * @param capture index into the captures that were asked for
     * @return the residual stream there, {@code [hidden]}
     */
    public float[] captured(int row, int point, int capture) {
        if (point < 0 || point >= points || capture < 0 || capture >= captures) {
            throw new IndexOutOfBoundsException(
                    "point " + point + " of " + points + ", capture " + capture + " of " + captures);
        }
        float[] copy = new float[hidden];
        captured.get(((row * points + point) * captures + capture) * hidden, copy);
        return copy;
    }
}
