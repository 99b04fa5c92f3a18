package dev.steering.extract.linalg;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Matrices of ND4J, which {@link NdBackend} starts when first needed. */
final class Nd {
    private Nd() {}

    /** Double precision throughout: mixing with float would silently give float. */
    static INDArray matrix(double[] values, int rows, int columns) {
        NdBackend.start();
        return Nd4j.createFromArray(values).reshape('c', rows, columns);
    }

    static INDArray matrix(float[] values, int rows, int columns) {
        NdBackend.start();
        return Nd4j.createFromArray(values).reshape('c', rows, columns);
    }

    static INDArray zeros(int rows, int columns) {
        NdBackend.start();
        return Nd4j.create(DataType.DOUBLE, new long[] {rows, columns}, 'f');
    }

    /** The eigenvalue and eigenvector of a symmetric matrix, which is destroyed, with the largest eigenvalue. */
    static Eigenpair largest(INDArray symmetric) {
        int n = symmetric.rows();
        INDArray vectors = symmetric.ordering() == 'f' ? symmetric : symmetric.dup('f');
        if (n == 1) {
            return new Eigenpair(vectors.getDouble(0, 0), new double[] {1});
        }
        INDArray values = Nd4j.zeros(DataType.DOUBLE, n);
        // LAPACK's syev overwrites the matrix with the eigenvectors, ascending.
        int info = Nd4j.getBlasWrapper().lapack().syev('V', 'U', vectors, values);
        if (info != 0) {
            throw new ArithmeticException(
                    "LAPACK's dsyev failed with code " + info + " on a " + n + " x " + n + " matrix");
        }
        return new Eigenpair(
                values.getDouble(n - 1), vectors.getColumn(n - 1).dup().toDoubleVector());
    }

    /** All eigenvalues, ascending, of a symmetric matrix in column order, which then holds the eigenvectors as its columns. */
    static double[] decompose(INDArray symmetric) {
        int n = symmetric.rows();
        if (n == 1) {
            double only = symmetric.getDouble(0, 0);
            symmetric.putScalar(0, 0, 1);
            return new double[] {only};
        }
        INDArray values = Nd4j.zeros(DataType.DOUBLE, n);
        int info = Nd4j.getBlasWrapper().lapack().syev('V', 'U', symmetric, values);
        if (info != 0) {
            throw new ArithmeticException(
                    "LAPACK's dsyev failed with code " + info + " on a " + n + " x " + n + " matrix");
        }
        return values.toDoubleVector();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Eigenpair(double value, double[] vector) {}
}
