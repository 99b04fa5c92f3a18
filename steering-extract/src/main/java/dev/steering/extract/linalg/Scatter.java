package dev.steering.extract.linalg;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Collects vectors of length H, one at a time, and finds their first principal component about any centre c: the unit vector w
 * that maximises {@code sum_i (w . (x_i - c))^2}. All arithmetic is in double precision.
 *
 * <p>Up to H vectors are kept as they are, 4 H bytes each, and solved through their n x n Gram matrix
 * {@code (X - c)(X - c)^T}. From the next one on they are folded, 256 at a time, into an H x H matrix of second moments about
 * the first vector, 8 H² bytes outside the Java heap. Either way memory is bounded, however many vectors there are: for H =
 * 4096 by 64 MiB of heap before and 128 MiB off the heap after.
 *
 * <p>Not thread-safe.
 */
public final class Scatter {
    private static final int BLOCK = 256;

    private final int hidden;
    private final int limit;
    private float[] rows = new float[0];
    private int buffered;
    private long count;
    private double[] origin = new double[0];
    private final double[] sum;
    private @Nullable INDArray moments;

    /**
     * @param hidden H, the length of the vectors, at least 1
     */
    public Scatter(int hidden) {
        this(hidden, hidden);
    }

    /** @param limit how many vectors are kept before they are folded */
    Scatter(int hidden, int limit) {
        this.hidden = hidden;
        this.limit = limit;
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
        if (count == 0) {
            origin = toDouble(vector);
        }
        if (buffered == (moments == null ? limit : Math.min(limit, BLOCK))) {
            fold();
        }
        if ((buffered + 1) * hidden > rows.length) {
            rows = Arrays.copyOf(rows, Math.min(limit, Math.max(16, 2 * buffered)) * hidden);
        }
        System.arraycopy(vector, 0, rows, buffered * hidden, hidden);
        buffered++;
        count++;
    }

    private void fold() {
        if (moments == null) {
            moments = Nd.zeros(hidden, hidden);
        }
        for (int start = 0; start < buffered; start += BLOCK) {
            int n = Math.min(BLOCK, buffered - start);
            double[] centred = centred(start, n, origin);
            for (int i = 0; i < centred.length; i++) {
                sum[i % hidden] += centred[i];
            }
            INDArray block = Nd.matrix(centred, n, hidden);
            Nd4j.gemm(block, block, moments, true, false, 1, 1);
        }
        buffered = 0;
        if (rows.length > Math.min(limit, BLOCK) * hidden) {
            rows = new float[Math.min(limit, BLOCK) * hidden];
        }
    }

    /**
     * @param centre c, {@code [hidden]}
     * @return the first principal component about c, {@code [hidden]} of norm 1 and arbitrary sign; empty if the vectors do
     *     not differ from c by more than float32 rounding (root mean square 1e-6 of the norm of c)
     */
    public Optional<double[]> firstComponent(double[] centre) {
        if (centre.length != hidden) {
            throw new IllegalArgumentException("a centre of " + centre.length + ", expected " + hidden);
        }
        if (count == 0) {
            return Optional.empty();
        }
        if (moments != null) {
            fold();
            return component(Nd.largest(momentsAbout(moments, centre)), centre);
        }
        double[] centred = centred(0, buffered, centre);
        INDArray x = Nd.matrix(centred, buffered, hidden);
        INDArray gram = Nd.zeros(buffered, buffered);
        Nd4j.gemm(x, x, gram, false, true, 1, 0);
        Nd.Eigenpair pair = Nd.largest(gram);
        return component(new Nd.Eigenpair(pair.value(), combine(centred, pair.vector())), centre);
    }

    /** sum (x - c)(x - c)^T = M - s d^T - d s^T + n d d^T, with M and s about the origin and d = c - origin. */
    private INDArray momentsAbout(INDArray m, double[] centre) {
        double[] delta = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            delta[i] = centre[i] - origin[i];
        }
        double[] left = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            left[i] = count * delta[i] - sum[i];
        }
        INDArray about = m.dup('f');
        INDArray d = Nd.matrix(delta, hidden, 1);
        Nd4j.gemm(Nd.matrix(left, hidden, 1), d, about, false, true, 1, 1);
        Nd4j.gemm(d, Nd.matrix(sum, hidden, 1), about, false, true, -1, 1);
        return about;
    }

    private Optional<double[]> component(Nd.Eigenpair pair, double[] centre) {
        double noise = 1e-6 * norm(centre);
        double norm = norm(pair.vector());
        if (!(pair.value() > count * noise * noise) || norm == 0) {
            return Optional.empty();
        }
        return Optional.of(
                Arrays.stream(pair.vector()).map(value -> value / norm).toArray());
    }

    private double[] combine(double[] centred, double[] weights) {
        double[] combined = new double[hidden];
        for (int row = 0; row < weights.length; row++) {
            for (int i = 0; i < hidden; i++) {
                combined[i] += weights[row] * centred[row * hidden + i];
            }
        }
        return combined;
    }

    private double[] centred(int first, int n, double[] centre) {
        double[] centred = new double[n * hidden];
        for (int i = 0; i < centred.length; i++) {
            centred[i] = rows[first * hidden + i] - centre[i % hidden];
        }
        return centred;
    }

    private static double norm(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(value -> value * value).sum());
    }

    private static double[] toDouble(float[] vector) {
        double[] copy = new double[vector.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = vector[i];
        }
        return copy;
    }
}
