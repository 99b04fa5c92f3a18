package dev.steering.export.stored;

import dev.steering.core.BadFile;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a matrix whose groups are not neighbours: GPTQ's {@code desc_act}, which quantises inputs in the order of their
 * activations and keeps the group of each ({@code g_idx}). Immutable.
 */
final class InputOrder {
    private final int[] groups;
    private final int[] inputs;

    private InputOrder(int[] groups, int[] inputs) {
        this.groups = groups;
        this.inputs = inputs;
    }

    /**
     * @param groups the group of each input
     * @param size inputs of a group
     * @param where what says so, for messages
     * @return the order; null if the groups are neighbours
     * @throws BadFile if a group is none, or has fewer or more inputs than others
     */
    static @Nullable InputOrder of(long[] groups, long size, String where) {
        int count = Math.toIntExact((groups.length + size - 1) / size);
        int[] members = new int[count];
        boolean neighbours = true;
        for (int i = 0; i < groups.length; i++) {
            if (groups[i] < 0 || groups[i] >= count) {
                throw new BadFile(where + " puts input " + i + " into group " + groups[i] + ", expected 0 to "
                        + (count - 1) + ".");
            }
            members[(int) groups[i]]++;
            neighbours &= groups[i] == i / size;
        }
        for (int group = 0; group < count; group++) {
            long expected = Math.min(size, groups.length - group * size);
            if (members[group] != expected) {
                throw new BadFile(where + " puts " + members[group] + " inputs into group " + group + ", expected "
                        + expected + ".");
            }
        }
        if (neighbours) {
            return null;
        }
        int[] narrow =
                IntStream.range(0, groups.length).map(i -> (int) groups[i]).toArray();
        int[] next = new int[count];
        int[] inputs = new int[narrow.length];
        for (int i = 0; i < narrow.length; i++) {
            int group = narrow[i];
            inputs[(int) (group * size) + next[group]++] = i;
        }
        return new InputOrder(narrow, inputs);
    }

    /** The group of an input. */
    int group(int input) {
        return groups[input];
    }

    /** The input at a position of the order in which groups are neighbours. */
    int input(int position) {
        return inputs[position];
    }

    /** All inputs, in that order. */
    long[] inputs() {
        return IntStream.of(inputs).asLongStream().toArray();
    }
}
