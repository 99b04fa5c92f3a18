package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphContract;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.ort.internal.Tensors;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a forward pass returned: logits {@code [rows, positions, vocabulary]} and captures
 * {@code [rows, points, captures, hidden]}. Not thread-safe.
 *
 * <p>What a steered pass returned is looked at when it is asked for: a row whose numbers overflowed is refused with {@link
 * dev.steering.core.NumericOverflow}, the others are not affected. Without steering nothing is looked at.
 */
public final class ForwardResult {
    private final Memory memory;
    private final FloatBuffer logits;
    private final int positions;
    private final int vocabulary;
    private final FloatBuffer captured;
    private final int points;
    private final int captures;
    private final int hidden;
    private final int rows;
    private @Nullable PassSteering steering;

    /** Where logits and captures are; there may be room for more than one result has. */
    private record Memory(FloatBuffer logits, FloatBuffer captured) {
        boolean fits(int logitCount, int capturedCount) {
            return logitCount <= logits.capacity() && capturedCount <= captured.capacity();
        }
    }

    private ForwardResult(@Nullable Memory old, BundleManifest model, int rows, ForwardRequest request) {
        this.positions = request.logitsPerRow();
        this.vocabulary = model.vocabulary();
        this.points = model.points();
        this.captures = request.capturesPerRow();
        this.hidden = model.hidden();
        this.rows = rows;
        int logitCount = Tensors.bytes(1, rows, positions, vocabulary);
        int capturedCount = Tensors.bytes(1, rows, points, captures, hidden);
        this.memory = old != null && old.fits(logitCount, capturedCount)
                ? old
                : new Memory(
                        Tensors.floats(rows, positions, vocabulary), Tensors.floats(rows, points, captures, hidden));
        this.logits = memory.logits().slice(0, logitCount);
        this.captured = memory.captured().slice(0, capturedCount);
    }

    /** Room for what a request wants of some rows: another result itself if it is of the same size, its memory if it is larger. */
    static ForwardResult in(@Nullable ForwardResult other, BundleManifest model, int rows, ForwardRequest request) {
        if (other == null) {
            return allocate(model, rows, request);
        }
        boolean same = other.positions == request.logitsPerRow()
                && other.captures == request.capturesPerRow()
                && other.vocabulary == model.vocabulary()
                && other.points == model.points()
                && other.hidden == model.hidden()
                && other.rows == rows;
        return same ? other : new ForwardResult(other.memory, model, rows, request);
    }

    /** Room for what a request wants of some rows, all zero. */
    static ForwardResult allocate(BundleManifest model, int rows, ForwardRequest request) {
        return new ForwardResult(null, model, rows, request);
    }

    /** What the pass did to the residual stream; null for nothing. */
    void steeredBy(@Nullable PassSteering newSteering) {
        steering = newSteering;
    }

    /** Has the graph write into this result; at least one output, as it has to return something. */
    void pin(PassMemory memory, String logitsName) throws OrtException {
        if (positions > 0) {
            memory.output(logitsName, logits, rows, positions, vocabulary);
        } else {
            memory.withoutOutput(logitsName);
        }
        if (captures > 0 || positions == 0) {
            memory.output(GraphContract.CAPTURED, captured, rows, points, captures, hidden);
        } else {
            memory.withoutOutput(GraphContract.CAPTURED);
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
        logits.get(start(row, position), into, 0, vocabulary);
        requireChoice(row, position);
    }

    /**
     * @param row row of the batch
     * @param position index into the positions that were asked for
     * @return the logits there, {@code [vocabulary]}: this result's own memory, which the caller may overwrite, and which is
     *     overwritten when the result is used again for another pass
     */
    public FloatBuffer logitsInPlace(int row, int position) {
        requireChoice(row, position);
        return logits.slice(start(row, position), vocabulary);
    }

    private void requireChoice(int row, int position) {
        if (steering != null) {
            Overflow.requireChoice(logits, start(row, position), vocabulary, row, steering);
        }
    }

    private int start(int row, int position) {
        if (position < 0 || position >= positions) {
            throw new IndexOutOfBoundsException("logit position " + position + " of " + positions);
        }
        return (row * positions + position) * vocabulary;
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
        if (steering != null) {
            Overflow.requireFinite(copy, row, point, steering);
        }
        return copy;
    }
}
