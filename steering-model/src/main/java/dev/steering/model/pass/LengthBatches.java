package dev.steering.model.pass;

import dev.steering.core.bundle.GraphSignature.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Groups sequences of similar length, so that little of a batch is padding. */
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

    /** Indices of the rows that one run of a graph can take: all of them, or those of each length where it cannot pad. */
    public static List<int[]> together(Padding padding, List<int[]> rows) {
        if (padding != Padding.NONE) {
            return List.of(IntStream.range(0, rows.size()).toArray());
        }
        Map<Integer, List<Integer>> byLength = new LinkedHashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            byLength.computeIfAbsent(rows.get(row).length, length -> new ArrayList<>())
                    .add(row);
        }
        return byLength.values().stream()
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    public static <T> List<T> pick(List<T> all, int[] indices) {
        return Arrays.stream(indices).mapToObj(all::get).toList();
    }
}
