package dev.steering.spark;

import dev.steering.core.SteeringException;

/** Finds out why a job failed. Stateless and thread-safe. */
public final class SparkFailures {
    private static final String PACKAGE = SteeringException.class.getPackageName();

    private SparkFailures() {}

    /**
     * @param failure what Spark threw
     * @return the message of the first error of this program in it, as Spark tells it of an executor; if there is none Spark's own
     *     message, and what is behind it, for an internal error says nothing
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
            return firstLine(text) + behind(failure, text);
        }
        int end = text.indexOf('\n', colon);
        return text.substring(colon + 2, end < 0 ? text.length() : end);
    }

    private static String behind(Throwable failure, String text) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String cause = String.valueOf(root.getMessage());
        return root == failure || text.contains(cause)
                ? ""
                : " (" + root.getClass().getSimpleName() + ": " + firstLine(cause) + ")";
    }

    private static String firstLine(String text) {
        int line = text.indexOf('\n');
        return line < 0 ? text : text.substring(0, line);
    }
}
