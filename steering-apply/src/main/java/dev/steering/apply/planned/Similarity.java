package dev.steering.apply.planned;

import dev.steering.apply.plan.Gate;

/** How similar a state is to a condition vector. */
final class Similarity {
    private Similarity() {}

    /**
     * @param measure which measure
     * @param state h, {@code [hidden]}
     * @param condition c, {@code [hidden]}
     * @return its value; 0 where h, c or, for CAST, the projection is zero
     */
    static double of(Gate.Measure measure, float[] state, float[] condition) {
        double dot = dot(state, condition);
        double norm = Math.sqrt(dot(condition, condition));
        if (norm == 0) {
            return 0;
        }
        return switch (measure) {
            case PROJECTION -> dot / norm;
            case COSINE -> ratio(dot, Math.sqrt(dot(state, state)) * norm);
            case CAST -> cast(state, condition, dot / (norm * norm));
        };
    }

    /** With P = c c' / (c . c), P h is c times the share {@code c . h / (c . c)}. */
    private static double cast(float[] state, float[] condition, double share) {
        double dot = 0;
        double squares = 0;
        for (int i = 0; i < state.length; i++) {
            double projected = Math.tanh(share * condition[i]);
            dot += state[i] * projected;
            squares += projected * projected;
        }
        return ratio(dot, Math.sqrt(dot(state, state)) * Math.sqrt(squares));
    }

    private static double ratio(double dot, double norms) {
        return norms == 0 ? 0 : dot / norms;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
