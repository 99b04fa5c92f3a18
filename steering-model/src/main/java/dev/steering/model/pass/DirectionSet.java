package dev.steering.model.pass;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * K directions at each of the P residual-stream points of a model: {@code [points, K, hidden]}. Immutable and thread-safe.
 *
 * <p>Point 0 is the embedding output and point {@code l + 1} the output of layer {@code l}. A direction that does not act at
 * a point is zero there.
 */
public final class DirectionSet {
    private final int points;
    private final int count;
    private final int hidden;
    private final FloatBuffer values;
    private final double[] lengths;
    private final int[] longest;
    private final double[] totals;

    private DirectionSet(int points, int count, int hidden, FloatBuffer values) {
        this.points = points;
        this.count = count;
        this.hidden = hidden;
        this.values = values;
        this.lengths = new double[points * count];
        for (int i = 0; i < values.limit(); i++) {
            lengths[i / hidden] += (double) values.get(i) * values.get(i);
        }
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = Math.sqrt(lengths[i]);
        }
        this.totals = new double[count];
        for (int i = 0; i < lengths.length; i++) {
            totals[i % count] += lengths[i];
        }
        this.longest = new int[count];
        for (int i = 0; i < lengths.length; i++) {
            int k = i % count;
            longest[k] = Double.compare(lengths[i], length(longest[k], k)) > 0 ? i / count : longest[k];
        }
    }

    /**
     * @param directions {@code [K][points][hidden]}, at least one direction
     * @return the set, holding a copy
     * @throws IllegalArgumentException if the parts are of different sizes
     */
    public static DirectionSet of(float[][]... directions) {
        int points = directions[0].length;
        int hidden = directions[0][0].length;
        ByteBuffer bytes = ByteBuffer.allocateDirect(
                        Math.multiplyExact(Math.multiplyExact(points, directions.length), hidden * Float.BYTES))
                .order(ByteOrder.nativeOrder());
        FloatBuffer floats = bytes.asFloatBuffer();
        for (int p = 0; p < points; p++) {
            for (float[][] direction : directions) {
                if (direction.length != points || direction[p].length != hidden) {
                    throw new IllegalArgumentException("directions must all be [" + points + "][" + hidden + "]");
                }
                floats.put(direction[p]);
            }
        }
        return new DirectionSet(points, directions.length, hidden, bytes.asFloatBuffer());
    }

    public static DirectionSet zero(int points, int hidden) {
        return of(new float[points][hidden]);
    }

    /** @return residual-stream points: the model's layers + 1 */
    public int points() {
        return points;
    }

    /** @return number of directions */
    public int count() {
        return count;
    }

    /** @return the model's hidden size */
    public int hidden() {
        return hidden;
    }

    /**
     * @param point residual-stream point
     * @param direction index of the direction
     * @return its Euclidean length there
     */
    public double length(int point, int direction) {
        return lengths[point * count + direction];
    }

    /**
     * @param direction index of the direction
     * @return the point where it is longest; one where its length is not a number, if there is one
     */
    public int longestAt(int direction) {
        return longest[direction];
    }

    /**
     * @param direction index of the direction
     * @return the sum of its lengths at all points: how far it can move the residual stream in all
     */
    public double totalLength(int direction) {
        return totals[direction];
    }

    /** Shared, never written, and read at absolute indices only: its position stays where it is. */
    public FloatBuffer buffer() {
        return values;
    }
}
