package dev.steering.core.runtime;

import java.nio.FloatBuffer;

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

    ForwardResult(
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
