package dev.steering.spark;

import dev.steering.core.SteeringException;

/** Finds out why a job failed. Stateless and thread-safe. */
public final class SparkFailures {
    private static final String PACKAGE = SteeringException.class.getPackageName();

    private SparkFailures() {}

    /**
     * @param failure what Spark threw
     * @return the message of the first error of this program in it, as Spark tells it of an executor; Spark's own message if there is none
     */
    public static String reason(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SteeringException) {
                return String.valueOf(at.getMessage());
            }
        }
        String text = String.valueOf(failure.getMessage());
        int start = text.indexOf(PACKAGE + ".");
        int colon = start < 0 ? -1 : text.indexOf(": ", start);
        if (colon < 0) {
            int line = text.indexOf('\n');
            return line < 0 ? text : text.substring(0, line);
        }
        int end = text.indexOf('\n', colon);
        return text.substring(colon + 2, end < 0 ? text.length() : end);
    }
}
