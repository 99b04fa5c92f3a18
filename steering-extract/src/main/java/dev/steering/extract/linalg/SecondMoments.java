package dev.steering.extract.linalg;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Collects vectors of length H, one at a time: their sum and {@code X^T X}, about the origin, in double precision. Up to H vectors are
 * kept as they are, 4 H bytes each; from then on they are folded, 256 at a time, into 8 H² bytes outside the Java heap. Not thread-safe.
 */
public final class SecondMoments {
    private static final int BLOCK = 256;

    private final int hidden;
    private final double[] sum;
    private float[] rows = new float[0];
    private int buffered;
    private long count;
    private @Nullable INDArray folded;

    /** @param hidden H, at least 1 */
    public SecondMoments(int hidden) {
        this.hidden = hidden;
        this.sum = new double[hidden];
    }

    /**
     * @param vector the next vector, {@code [hidden]}, finite
     * @throws IllegalArgumentException if its length is another
     */
    public void add(float[] vector) {
        if (vector.length != hidden) {
            throw new IllegalArgumentException("a vector of " + vector.length + ", expected " + hidden);
        }
        int limit = folded == null ? hidden : BLOCK;
        if (buffered == limit) {
            folded = gram();
            rows = new float[0];
            buffered = 0;
            limit = BLOCK;
        }
        if ((buffered + 1) * hidden > rows.length) {
            rows = Arrays.copyOf(rows, Math.min(limit, Math.max(16, 2 * buffered)) * hidden);
        }
        System.arraycopy(vector, 0, rows, buffered * hidden, hidden);
        buffered++;
        count++;
        for (int i = 0; i < hidden; i++) {
            sum[i] += vector[i];
        }
    }

    /** @return number of vectors so far */
    public long count() {
        return count;
    }

    double[] sum() {
        return sum.clone();
    }

    int hidden() {
        return hidden;
    }

    /** X^T X in a matrix of its own, in column order. */
    INDArray gram() {
        INDArray before = folded;
        INDArray all = before == null ? Nd.zeros(hidden, hidden) : before.dup('f');
        for (int start = 0; start < buffered; start += BLOCK) {
            int n = Math.min(BLOCK, buffered - start);
            double[] block = new double[n * hidden];
            for (int i = 0; i < block.length; i++) {
                block[i] = rows[start * hidden + i];
            }
            INDArray x = Nd.matrix(block, n, hidden);
            Nd4j.gemm(x, x, all, true, false, 1, 1);
        }
        return all;
    }
}
