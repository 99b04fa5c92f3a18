package dev.steering.model.ort;

import dev.steering.core.bundle.GraphSignature.CacheEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Moves what a cache tensor holds of its rows, whatever the order of its axes. Pure. */
final class CacheSlots {
    private CacheSlots() {}

    /**
     * What is taken of one row.
     *
     * @param row row of the source
     * @param end slot after the last that is taken
     * @param length slots that are taken
     */
    record Range(int row, int end, int length) {
        Range {
            if (row < 0 || length < 0 || end < length) {
                throw new IllegalArgumentException("slots " + (end - length) + " to " + end + " of row " + row);
            }
        }
    }

    /**
     * @param source the tensor's bytes, {@code entry.sizes(rows, slots)}
     * @param rows rows of the source
     * @param slots slots of the source
     * @param ranges one per row of the result
     * @param length slots of the result, at least as many as the longest range
     * @return a tensor whose rows end together: each range is at the end of its row, before it are zeros
     */
    static ByteBuffer endTogether(
            ByteBuffer source, CacheEntry entry, int rows, int slots, List<Range> ranges, int length) {
        long[] from = entry.sizes(rows, slots);
        long[] to = entry.sizes(ranges.size(), length);
        int rowAxis = axis(entry, true);
        int slotAxis = axis(entry, false);
        int outer = Math.max(rowAxis, slotAxis) + 1;
        int run = (int) product(to, outer, to.length) * entry.type().bytes();
        long runs = product(to, 0, outer);
        ByteBuffer target =
                ByteBuffer.allocateDirect(Math.toIntExact(runs * run)).order(ByteOrder.nativeOrder());
        long[] index = new long[outer];
        for (long k = 0; k < runs; k++) {
            split(k, to, index);
            // Rows and heads may share an axis: so many of its entries belong to one row.
            long share = rowAxis < 0 ? 1 : to[rowAxis] / ranges.size();
            Range range = ranges.get(rowAxis < 0 ? 0 : (int) (index[rowAxis] / share));
            long slot = index[slotAxis] - length + range.end();
            if (slot >= range.end() - range.length()) {
                index[slotAxis] = slot;
                if (rowAxis >= 0) {
                    index[rowAxis] = range.row() * share + index[rowAxis] % share;
                }
                target.put((int) (k * run), source, (int) (join(index, from) * run), run);
            }
        }
        return target;
    }

    private static int axis(CacheEntry entry, boolean ofRows) {
        for (int axis = 0; axis < entry.shape().size(); axis++) {
            String size = entry.shape().get(axis);
            boolean rows = size.equals(CacheEntry.BATCH) || size.indexOf('*') >= 0;
            if (ofRows ? rows : size.equals(CacheEntry.LENGTH)) {
                return axis;
            }
        }
        return -1;
    }

    private static void split(long number, long[] sizes, long[] index) {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = number % sizes[axis];
            number /= sizes[axis];
        }
    }

    private static long join(long[] index, long[] sizes) {
        long number = 0;
        for (int axis = 0; axis < index.length; axis++) {
            number = number * sizes[axis] + index[axis];
        }
        return number;
    }

    private static long product(long[] sizes, int first, int end) {
        long product = 1;
        for (int axis = first; axis < end; axis++) {
            product *= sizes[axis];
        }
        return product;
    }
}
