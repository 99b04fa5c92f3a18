package dev.steering.extract.linalg;

/** Dot products of many rows with a few directions, in single precision. Stateless and thread-safe. */
public final class MatrixProduct {
    private MatrixProduct() {}

    /**
     * @param rows row-major {@code [n, hidden]}
     * @param directions row-major {@code [d, hidden]}
     * @param hidden length of a row
     * @return every row's dot product with every direction, row-major {@code [n, d]}
     * @throws IllegalArgumentException if a size is no multiple of {@code hidden}
     */
    public static float[] of(float[] rows, float[] directions, int hidden) {
        if (hidden < 1 || rows.length % hidden != 0 || directions.length % hidden != 0) {
            throw new IllegalArgumentException(
                    rows.length + " and " + directions.length + " values in rows of " + hidden);
        }
        int n = rows.length / hidden;
        int d = directions.length / hidden;
        if (n == 0 || d == 0) {
            return new float[0];
        }
        return Nd.matrix(rows, n, hidden)
                .mmul(Nd.matrix(directions, d, hidden).transpose())
                .dup('c')
                .data()
                .asFloat();
    }
}
