package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SpareMemoryTest {
    private final SpareMemory spare = new SpareMemory();

    @Test
    void theSmallestThatFitsIsUsedAgain() {
        ByteBuffer small = spare.take(10);
        ByteBuffer large = spare.take(100);
        ByteBuffer middle = spare.take(50);
        spare.give(large);
        spare.give(small);
        spare.give(middle);
        assertSame(middle, spare.take(11));
        assertSame(large, spare.take(11));
        assertSame(small, spare.take(10));
    }

    @Test
    void whatIsTooSmallIsNotKept() {
        ByteBuffer small = spare.take(10);
        spare.give(small);
        ByteBuffer larger = spare.take(11);
        assertEquals(11, larger.capacity());
        assertNotSame(small, spare.take(10));
    }

    @Test
    void emptyMemoryIsNotKept() {
        spare.give(ByteBuffer.allocateDirect(0));
        assertEquals(1, spare.take(1).capacity());
    }

    @Test
    void nothingIsKeptAfterClosing() {
        ByteBuffer before = spare.take(10);
        ByteBuffer after = spare.take(10);
        spare.give(before);
        spare.close();
        spare.give(after);
        ByteBuffer taken = spare.take(10);
        assertNotSame(before, taken);
        assertNotSame(after, taken);
    }
}
