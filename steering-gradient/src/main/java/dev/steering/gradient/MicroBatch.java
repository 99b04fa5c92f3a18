package dev.steering.gradient;

import dev.steering.gradient.GradientTarget.SoftPrompt;
import dev.steering.model.ort.graph.TensorInputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Rows that run together, as a graph's inputs: padded on the right to the longest. */
final class MicroBatch {
    private final List<GradientRow> rows;
    private final int[] indices;
    private final int width;

    private MicroBatch(List<GradientRow> all, int[] indices) {
        this.indices = indices;
        this.rows = Arrays.stream(indices).mapToObj(all::get).toList();
        this.width = rows.stream().mapToInt(GradientRow::length).max().orElseThrow();
    }

    /**
     * Rows of similar length together, longest first, so that memory is at its peak at once.
     *
     * @param tokens most tokens in one batch, padding included; a longer row has a batch of its own
     */
    static List<MicroBatch> of(List<GradientRow> rows, int tokens) {
        int[] order = IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -rows.get(i).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        List<MicroBatch> batches = new ArrayList<>();
        for (int start = 0; start < order.length; ) {
            int count = Math.max(1, tokens / rows.get(order[start]).length());
            int end = Math.min(order.length, start + count);
            batches.add(new MicroBatch(rows, Arrays.copyOfRange(order, start, end)));
            start = end;
        }
        return batches;
    }

    /** Its rows' places among all rows. */
    int[] indices() {
        return indices.clone();
    }

    GradientRow row(int i) {
        return rows.get(i);
    }

    /** Its rows with this loss, in order: their token losses come out one row's after the other's. */
    List<Integer> rowsOf(LossTerm term) {
        return IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).term() == term)
                .boxed()
                .toList();
    }

    /** All inputs but the values of what is differentiated by. */
    TensorInputs inputs(GradientTarget target, int softRows) {
        TensorInputs inputs = new TensorInputs();
        long[] tokens = new long[rows.size() * width];
        long[] lengths = new long[rows.size()];
        for (int r = 0; r < rows.size(); r++) {
            lengths[r] = rows.get(r).length();
            for (int s = 0; s < lengths[r]; s++) {
                tokens[r * width + s] = rows.get(r).token(s);
            }
        }
        inputs.longs(GradientNames.TOKENS, tokens, rows.size(), width);
        inputs.longs(GradientNames.LENGTHS, lengths, rows.size());
        for (LossTerm term : LossTerm.values()) {
            responses(inputs, term);
        }
        if (target instanceof SoftPrompt) {
            places(inputs, softRows);
        } else {
            coefficients(inputs);
        }
        return inputs;
    }

    private void responses(TensorInputs inputs, LossTerm term) {
        List<Integer> scored = rowsOf(term);
        int count = scored.stream().mapToInt(r -> rows.get(r).responseLength()).sum();
        long[] positions = new long[count];
        long[] targets = new long[count];
        float[] weights = new float[count];
        int next = 0;
        for (int r : scored) {
            GradientRow row = rows.get(r);
            for (int s = row.responseFrom(); s < row.length(); s++) {
                positions[next] = (long) r * width + s - 1;
                targets[next] = row.token(s);
                weights[next++] = (float) row.tokenWeight();
            }
        }
        inputs.longs(GradientNames.positions(term), positions, count);
        inputs.longs(GradientNames.targets(term), targets, count, 1);
        inputs.floats(GradientNames.weights(term), weights, count, 1);
    }

    private void places(TensorInputs inputs, int softRows) {
        long[] numbers = new long[rows.size() * softRows];
        long[] places = new long[2 * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int row = i / softRows;
            numbers[i] = i % softRows;
            places[2 * i] = row;
            places[2 * i + 1] = rows.get(row).softFrom() + numbers[i];
        }
        inputs.longs(GradientNames.SOFT_ROWS, numbers, numbers.length);
        inputs.longs(GradientNames.SOFT_PLACES, places, numbers.length, 2);
    }

    private void coefficients(TensorInputs inputs) {
        float[] coefficients = new float[rows.size() * width];
        for (int r = 0; r < rows.size(); r++) {
            for (int s = 0; s < rows.get(r).length(); s++) {
                coefficients[r * width + s] = (float) rows.get(r).coefficient(s);
            }
        }
        inputs.floats(GradientNames.COEFFICIENTS, coefficients, rows.size(), width, 1);
    }
}
