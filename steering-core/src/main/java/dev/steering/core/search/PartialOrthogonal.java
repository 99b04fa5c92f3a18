package dev.steering.core.search;

/** Taking a share of one direction out of another (arXiv 2410.03415, section 3.3), in double precision. Stateless and thread-safe. */
public final class PartialOrthogonal {
    private PartialOrthogonal() {}

    /**
     * @param direction a direction w, {@code [hidden]}
     * @param control the direction r of which a share is taken out, {@code [hidden]}; nothing is taken out along a zero direction
     * @param share lambda: 0 leaves w as it is, 1 makes it orthogonal to r
     * @return {@code w - lambda (w . r) / (r . r) r}
     */
    public static double[] of(double[] direction, double[] control, double share) {
        double squares = dot(control, control);
        double factor = squares == 0 ? 0 : share * dot(direction, control) / squares;
        double[] rest = new double[direction.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = direction[i] - factor * control[i];
        }
        return rest;
    }

    /**
     * @param direction a direction
     * @return the same of norm 1; zero for zero
     */
    public static double[] unit(double[] direction) {
        double norm = norm(direction);
        double[] unit = new double[direction.length];
        for (int i = 0; i < unit.length && norm > 0; i++) {
            unit[i] = direction[i] / norm;
        }
        return unit;
    }

    /**
     * @param direction a direction
     * @return its Euclidean length
     */
    public static double norm(double[] direction) {
        return Math.sqrt(dot(direction, direction));
    }

    /**
     * @param a a vector
     * @param b another of the same size
     * @return their dot product
     */
    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * @param direction a direction
     * @return the same in single precision
     */
    public static float[] floats(double[] direction) {
        float[] floats = new float[direction.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) direction[i];
        }
        return floats;
    }

    /**
     * @param direction a direction
     * @return the same in double precision
     */
    public static double[] doubles(float[] direction) {
        double[] doubles = new double[direction.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = direction[i];
        }
        return doubles;
    }
}
