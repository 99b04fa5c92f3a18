package dev.steering.core.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Groups sequences of similar length, so that little of a right-padded batch is padding. */
public final class LengthBatches {
    private LengthBatches() {}

    /**
     * @param lengths length of every sequence
     * @param maxRows most sequences in one batch, at least 1
     * @return indices of the sequences, every index once, longest batch first so that memory is at its peak at once; equal
     *     lengths keep their order
     */
    public static List<int[]> of(int[] lengths, int maxRows) {
        if (maxRows < 1) {
            throw new IllegalArgumentException("batches of " + maxRows + " rows");
        }
        int[] order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -lengths[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        for (int start = 0; start < order.length; start += maxRows) {
            int end = Math.min(order.length, start + maxRows);
            batches.add(IntStream.range(start, end).map(i -> order[i]).toArray());
        }
        return batches;
    }
}
