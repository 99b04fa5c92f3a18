package dev.steering.model.ort.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class HugePagesTest {
    /** Whether the system has huge pages to give or not, nothing that memory holds may change. */
    @Test
    void memoryHoldsTheSameBytesAfterwards() {
        MemoryMap before = MemoryMap.now();
        ByteBuffer memory = ByteBuffer.allocateDirect(96 << 20);
        byte[] bytes = new byte[memory.capacity()];
        new Random(1).nextBytes(bytes);
        memory.put(0, bytes);
        List<MemoryMap.Range> ranges = MemoryMap.now().newSince(before);
        HugePages.take(ranges, "a test");
        byte[] after = new byte[bytes.length];
        memory.get(0, after);
        assertArrayEquals(bytes, after);
        assertTrue(
                ranges.stream().anyMatch(range -> range.end() - range.begin() >= bytes.length),
                "the memory is in the map: " + ranges);
    }

    @Test
    void rangesSmallerThanAPageAreLeftAlone() {
        HugePages.take(List.of(new MemoryMap.Range(HugePages.SIZE + 1, 3 * HugePages.SIZE - 1)), "a test");
    }
}
