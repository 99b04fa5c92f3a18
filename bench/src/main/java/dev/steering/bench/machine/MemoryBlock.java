package dev.steering.bench.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** A block of memory far larger than the caches, every page of which is really there. */
final class MemoryBlock {
    /** Larger than any processor's cache, so that reading it measures memory. */
    static final long LARGEST = 512L << 20;

    /** Sizes of blocks are multiples of it. */
    static final long UNIT = 64L << 20;

    /** Two floats of about 0.001: neither zero nor so small that arithmetic slows down. */
    private static final long PATTERN = 0x3a83126f3a83126fL;

    private final ByteBuffer memory;

    private MemoryBlock(ByteBuffer memory) {
        this.memory = memory;
    }

    /** As large as wanted, or a quarter of what the JVM may have if that is less. */
    static MemoryBlock allocate(long wanted) {
        long bytes = Math.max(UNIT, Math.min(wanted, Runtime.getRuntime().maxMemory() / 4)) & -UNIT;
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
        LongBuffer longs = memory.asLongBuffer();
        for (int i = 0; i < longs.capacity(); i++) {
            longs.put(i, PATTERN);
        }
        return new MemoryBlock(memory);
    }

    long bytes() {
        return memory.capacity();
    }

    LongBuffer longs() {
        return memory.duplicate().order(ByteOrder.nativeOrder()).asLongBuffer();
    }

    FloatBuffer floats(int count) {
        return memory.duplicate()
                .order(ByteOrder.nativeOrder())
                .limit(count * Float.BYTES)
                .slice()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
