package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.safetensors.DType;
import dev.steering.model.ort.CacheSlots.Range;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheSlotsTest {
    private static final int ROWS = 3;
    private static final int SLOTS = 5;

    /** Every element says where it is: row, slot and what is left, in two bytes. */
    private static short content(int row, int slot, int rest) {
        return (short) (1000 * (row + 1) + 100 * slot + rest);
    }

    @ParameterizedTest
    @CsvSource({
        "batch 2 length 3",
        "batch length 6",
        "length batch 3",
        "2 batch 3 length",
        "2*batch 3 length",
        "2*batch length 3"
    })
    void eachRangeIsAtTheEndOfItsRow(String axes) {
        CacheEntry entry = new CacheEntry("in", "out", DType.F16, Arrays.asList(axes.split(" ")));
        List<Range> ranges = List.of(new Range(2, 4, 3), new Range(0, 5, 2), new Range(2, 1, 0), new Range(1, 2, 2));
        ByteBuffer source = fill(entry, ROWS, SLOTS, (row, slot, rest) -> content(row, slot, rest));
        ByteBuffer expected = fill(entry, ranges.size(), 4, (row, slot, rest) -> {
            Range range = ranges.get(row);
            int from = slot - 4 + range.end();
            return from >= range.end() - range.length() ? content(range.row(), from, rest) : 0;
        });
        ByteBuffer found = CacheSlots.endTogether(source, entry, ROWS, SLOTS, ranges, 4);
        assertArrayEquals(shorts(expected), shorts(found));
    }

    @Test
    void aCacheWithoutAnAxisOfRowsHasOne() {
        CacheEntry entry = new CacheEntry("in", "out", DType.I8, List.of("length", "2"));
        ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6});
        ByteBuffer found = CacheSlots.endTogether(source, entry, 1, 3, List.of(new Range(0, 2, 2)), 2);
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), found);
    }

    @Test
    void moreThanThereIsIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new Range(1, 2, 3));
        assertEquals("slots -1 to 2 of row 1", e.getMessage());
    }

    @FunctionalInterface
    private interface Content {
        int at(int row, int slot, int rest);
    }

    private static ByteBuffer fill(CacheEntry entry, int rows, int slots, Content content) {
        long[] sizes = entry.sizes(rows, slots);
        int count = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        ByteBuffer bytes = ByteBuffer.allocate(count * Short.BYTES);
        for (int k = 0; k < count; k++) {
            int row = 0;
            int slot = 0;
            int rest = 0;
            int left = k;
            int scale = 1;
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                int index = (int) (left % sizes[axis]);
                left /= (int) sizes[axis];
                String name = entry.shape().get(axis);
                if (name.equals("length")) {
                    slot = index;
                    continue;
                }
                int own = name.equals("batch") ? 1 : (int) sizes[axis] / (name.endsWith("*batch") ? rows : 1);
                if (name.endsWith("batch")) {
                    row = index / own;
                    index %= own;
                }
                rest += index * scale;
                scale *= own;
            }
            bytes.putShort(k * Short.BYTES, (short) content.at(row, slot, rest));
        }
        return bytes;
    }

    private static short[] shorts(ByteBuffer bytes) {
        short[] values = new short[bytes.capacity() / Short.BYTES];
        // The same order on both sides: only places are compared.
        bytes.duplicate()
                .rewind()
                .order(java.nio.ByteOrder.BIG_ENDIAN)
                .asShortBuffer()
                .get(values);
        return values;
    }
}
