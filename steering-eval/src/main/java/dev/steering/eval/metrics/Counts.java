package dev.steering.eval.metrics;

/** The check that every pair of counts goes through. */
final class Counts {
    private Counts() {}

    static void check(int part, int all, String parts, String wholes) {
        if (part < 0 || part > all) {
            throw new IllegalArgumentException("Expected 0 <= " + parts + " <= " + wholes + ", found " + part + " "
                    + parts + " of " + all + " " + wholes + ".");
        }
    }
}
