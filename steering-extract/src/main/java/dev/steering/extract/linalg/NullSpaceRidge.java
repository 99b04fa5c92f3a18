package dev.steering.extract.linalg;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The ridge regression onto 1 of vectors that are wanted, within the directions in which others have least: with Q the eigenvectors of
 * {@code B^T B} with the smallest eigenvalues,
 *
 * <pre>w = Q (Q^T X^T X Q + ridge I)^-1 Q^T X^T 1</pre>
 *
 * <p>It is AlphaSteer's closed form (arXiv 2506.07022; src/utils/steering_utils.py of its code) with one and the same target for all vectors of X, which makes its matrix
 * {@code w r^T}. Everything is in double precision and solved in the basis Q, where the matrix is positive definite: the
 * public code's pseudo-inverse of the projected matrix is good to 1e-4 only in single precision. Stateless.
 */
public final class NullSpaceRidge {
    private NullSpaceRidge() {}

    /**
     * What was found.
     *
     * @param weights w, {@code [hidden]}
     * @param dimensions columns of Q
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Solution(double[] weights, int dimensions) {}

    /**
     * @param kept B, the vectors that w shall not read, at least one
     * @param wanted X, the vectors of which w shall read 1, at least one
     * @param share share of the dimensions that Q has at least, in (0, 1): {@code int(share H)} of them. Where B spans less than the rest,
     *     Q is all that B does not reach: which of equally empty directions came first would be chance
     * @param ridge weight of the squared length of w, above 0
     * @return w
     */
    public static Solution solve(SecondMoments kept, SecondMoments wanted, double share, double ridge) {
        int hidden = kept.hidden();
        INDArray basis = kept.gram();
        double[] values = Nd.decompose(basis);
        double empty = values[hidden - 1] * hidden * Math.ulp(1.0);
        int dimensions = Math.max(1, (int) (share * hidden));
        while (dimensions < hidden && values[dimensions] <= empty) {
            dimensions++;
        }
        INDArray q = Nd.zeros(hidden, dimensions);
        for (int column = 0; column < dimensions; column++) {
            q.putColumn(column, basis.getColumn(column));
        }
        INDArray half = Nd.zeros(hidden, dimensions);
        Nd4j.gemm(wanted.gram(), q, half, false, false, 1, 0);
        INDArray inside = Nd.zeros(dimensions, dimensions);
        Nd4j.gemm(q, half, inside, true, false, 1, 0);
        for (int i = 0; i < dimensions; i++) {
            inside.putScalar(i, i, inside.getDouble(i, i) + ridge);
        }
        INDArray right = Nd.zeros(dimensions, 1);
        Nd4j.gemm(q, Nd.matrix(wanted.sum(), hidden, 1), right, true, false, 1, 0);
        INDArray weights = Nd.zeros(hidden, 1);
        Nd4j.gemm(q, solved(inside, right), weights, false, false, 1, 0);
        return new Solution(weights.dup('c').ravel().toDoubleVector(), dimensions);
    }

    /** By the eigenvectors of the matrix, which is destroyed. */
    private static INDArray solved(INDArray positive, INDArray right) {
        int n = right.rows();
        double[] values = Nd.decompose(positive);
        INDArray turned = Nd.zeros(n, 1);
        Nd4j.gemm(positive, right, turned, true, false, 1, 0);
        for (int i = 0; i < n; i++) {
            turned.putScalar(i, 0, turned.getDouble(i, 0) / values[i]);
        }
        INDArray solution = Nd.zeros(n, 1);
        Nd4j.gemm(positive, turned, solution, false, false, 1, 0);
        return solution;
    }
}
