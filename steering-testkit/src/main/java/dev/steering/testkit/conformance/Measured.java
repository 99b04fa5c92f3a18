package dev.steering.testkit.conformance;

import dev.steering.testkit.conformance.SteeringRuntime.Push;
import dev.steering.testkit.conformance.SteeringRuntime.Reading;
import dev.steering.testkit.conformance.SteeringRuntime.Row;
import dev.steering.testkit.conformance.SteeringRuntime.Tokens;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rows and directions to ask with, and differences of what comes out. Everything random has a fixed seed. */
final class Measured {
    private final SteeringRuntime runtime;
    private final Random random = new Random(20);

    Measured(SteeringRuntime runtime) {
        this.runtime = runtime;
    }

    Row row(int length, int prompt) {
        int[] tokens = random.ints(length, Math.min(3, runtime.vocabulary() - 1), runtime.vocabulary())
                .toArray();
        return new Row(tokens, prompt, null);
    }

    /** A random direction at one layer, about as long as a block's output in small models. */
    float[][] at(int layer) {
        float[][] directions = new float[runtime.layers()][runtime.hidden()];
        for (int i = 0; i < runtime.hidden(); i++) {
            directions[layer][i] = (float) random.nextGaussian();
        }
        return directions;
    }

    /** Random directions at every layer. */
    float[][] everywhere() {
        float[][] directions = new float[runtime.layers()][];
        for (int l = 0; l < directions.length; l++) {
            directions[l] = at(l)[l];
        }
        return directions;
    }

    Push push(double strength, Tokens tokens) {
        return new Push(everywhere(), strength, tokens);
    }

    boolean ends(int token) {
        return runtime.ends(token);
    }

    Reading read(Row row) {
        return runtime.read(List.of(row)).get(0);
    }

    /** That two readings are the same, up to rounding. */
    void same(String what, Reading expected, Reading found) {
        same(what + ": logits", expected.logits(), found.logits());
        for (int l = 0; l < runtime.layers(); l++) {
            same(what + ": output of layer " + l, expected.states()[l], found.states()[l]);
        }
    }

    void same(String what, float[][] expected, float[][] found) {
        double most = difference(what, expected, found);
        if (!(most <= runtime.tolerance())) {
            throw wrong("%s: expected the same, found a difference of %.3g", what, most);
        }
    }

    /** Relative to the largest number, or 1. */
    static double difference(String what, float[][] expected, float[][] found) {
        if (expected.length != found.length) {
            throw wrong("%s: expected %d tokens, found %d", what, expected.length, found.length);
        }
        double most = 0;
        double scale = 1;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                double off = Math.abs((double) expected[i][j] - found[i][j]);
                most = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(most, off);
                scale = Math.max(scale, Math.abs(expected[i][j]));
            }
        }
        return most / scale;
    }

    /** That a state has moved by {@code factor * direction}; a null direction is none. */
    void moved(String what, float[] before, float[] after, float @Nullable [] direction, double factor) {
        double most = 0;
        double scale = 1;
        for (int i = 0; i < before.length; i++) {
            double wanted = before[i] + (direction == null ? 0 : factor * direction[i]);
            double off = Math.abs(wanted - after[i]);
            most = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(most, off);
            scale = Math.max(scale, Math.abs(wanted));
        }
        if (!(most / scale <= runtime.tolerance())) {
            throw wrong(
                    "%s: expected it to move by %s, found a difference of %.3g from that",
                    what, direction == null ? "nothing" : factor + " times the direction", most / scale);
        }
    }

    static NonconformingRuntime wrong(String format, Object... parts) {
        return new NonconformingRuntime(String.format(Locale.ROOT, format, parts));
    }
}
