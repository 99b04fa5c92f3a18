package dev.steering.export.decoder;

import dev.steering.core.bundle.GraphContract;
import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What layers without keys and values leave behind a row's last token, and find before its first new one: zeros where the row has no past.
 * Tokens that only fill a row up leave no trace.
 */
final class RowStates {
    private final DecoderSpec spec;
    private final GraphBuilder graph;
    private final RotaryInputs rotary;

    RowStates(DecoderSpec spec, GraphBuilder graph, RotaryInputs rotary) {
        this.spec = spec;
        this.graph = graph;
        this.rotary = rotary;
    }

    /** A layer's state before the new tokens, [batch, ...]. */
    String before(int layer, String state) {
        constants();
        String past = GraphContract.pastState(layer, state);
        int rank = 1 + shape(layer, state).size();
        String has = "states.has_past." + rank;
        if (!graph.has(has)) {
            long[] axes = new long[rank - 1];
            for (int axis = 1; axis < rank; axis++) {
                axes[axis - 1] = axis;
            }
            graph.longs(has + ".axes", axes, axes.length);
            graph.node("Unsqueeze", has, "states.has_past", has + ".axes");
        }
        return graph.node("Where", past + ".before", has, past, "states.nothing");
    }

    /** The inputs of a convolution with those before them, [batch, kernel - 1 + sequence, size]; leaves the last ones. */
    String withBefore(int layer, String name, String input) {
        String all = name + "with_before";
        String before = before(layer, DecoderSpec.CONVOLVED);
        graph.node("Concat", List.of(before, input), List.of(all), Map.of("axis", 1L));
        long kept = shape(layer, DecoderSpec.CONVOLVED).get(0);
        String indices = "states.last." + kept;
        if (!graph.has(indices)) {
            long[] steps = new long[Math.toIntExact(kept)];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = i;
            }
            graph.longs(indices + ".steps", steps, kept);
            String places = graph.node("Add", indices + ".places", "states.new.column", indices + ".steps");
            graph.node("Unsqueeze", indices, places, "states.last_axis");
        }
        graph.node(
                "GatherND",
                List.of(all, indices),
                List.of(GraphContract.presentState(layer, DecoderSpec.CONVOLVED)),
                Map.of("batch_dims", 1L));
        return all;
    }

    /** A value of every token, [batch, sequence, n], where the token is one of the row, and another value where it fills the row up. */
    String orElse(String name, String value, float otherwise) {
        constants();
        String constant = "states.otherwise." + otherwise;
        if (!graph.has(constant)) {
            graph.floats(constant, new float[] {otherwise});
        }
        return graph.node("Where", name, "states.real", value, constant);
    }

    /**
     * Runs a graph of one token over all of them, with the state that the token before left, and leaves the last one.
     *
     * @param token its inputs are the state and then those, without their axis of tokens; its outputs the state and what is read
     * @param inputs [batch, sequence, ...]
     * @return what was read, [batch, sequence, ...]
     */
    String scan(int layer, String name, GraphBuilder token, List<String> inputs) {
        List<String> all = new ArrayList<>(List.of(before(layer, DecoderSpec.RECURRENT)));
        all.addAll(inputs);
        long[] tokens = new long[inputs.size()];
        Arrays.fill(tokens, 1);
        graph.node(
                "Scan",
                all,
                List.of(GraphContract.presentState(layer, DecoderSpec.RECURRENT), name + "read"),
                Map.of(
                        "body",
                        token,
                        "num_scan_inputs",
                        (long) tokens.length,
                        "scan_input_axes",
                        tokens,
                        "scan_output_axes",
                        new long[] {1}));
        return name + "read";
    }

    /** What every token leaves of the state before it: exp(-exp(weight) step), [batch, sequence, heads]. */
    String decay(String name, String weight, String step) {
        String size = graph.node("Mul", name + "decay.size", graph.node("Exp", name + "speed", weight), step);
        return graph.node("Exp", name + "decay", graph.node("Neg", name + "decay.log", size));
    }

    private List<Long> shape(int layer, String state) {
        return spec.states(layer).stream()
                .filter(one -> one.name().equals(state))
                .findFirst()
                .orElseThrow()
                .shape();
    }

    private void constants() {
        if (graph.has("states.has_past")) {
            return;
        }
        String unused = rotary.positionsInSequence();
        graph.longs("states.second", new long[] {1}, 1);
        graph.longs("states.last_axis", new long[] {-1}, 1);
        graph.floats("states.nothing", new float[] {0});
        graph.node("Greater", "states.has_past", "past", "zero");
        String count = graph.node("Sub", "states.new", "lengths", "past");
        graph.node("Unsqueeze", "states.new.column", count, "states.second");
        graph.node("Less", "states.real.rows", "offsets", "states.new.column");
        graph.node("Unsqueeze", "states.real", "states.real.rows", "states.last_axis");
    }

    /** Declares the inputs. */
    static void inputs(DecoderSpec spec, GraphBuilder graph, int layer) {
        for (DecoderSpec.State state : spec.states(layer)) {
            graph.input(GraphContract.pastState(layer, state.name()), DType.F32, axes(state));
        }
    }

    /** Declares the outputs. */
    static void outputs(DecoderSpec spec, GraphBuilder graph, int layer) {
        for (DecoderSpec.State state : spec.states(layer)) {
            graph.output(GraphContract.presentState(layer, state.name()), DType.F32, axes(state));
        }
    }

    private static Object[] axes(DecoderSpec.State state) {
        Object[] axes = new Object[1 + state.shape().size()];
        axes[0] = "batch";
        for (int i = 1; i < axes.length; i++) {
            axes[i] = state.shape().get(i - 1);
        }
        return axes;
    }
}
