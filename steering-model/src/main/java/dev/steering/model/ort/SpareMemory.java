package dev.steering.model.ort;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Native memory of caches that were closed, for those to come. The JVM frees such memory only when it collects garbage, and decoding makes
 * next to none: that of one batch after the other would pile up until the JVM's limit. Thread-safe.
 */
final class SpareMemory implements AutoCloseable {
    private final List<ByteBuffer> spare = new ArrayList<>();
    private boolean closed;

    /**
     * @param bytes what is needed
     * @return memory of at least that size, with anything in it
     */
    synchronized ByteBuffer take(int bytes) {
        int best = -1;
        for (int i = 0; i < spare.size(); i++) {
            int size = spare.get(i).capacity();
            if (size >= bytes && (best < 0 || size < spare.get(best).capacity())) {
                best = i;
            }
        }
        if (best >= 0) {
            return spare.remove(best);
        }
        // What is there was too small once and will be again: kept, it would only add up.
        spare.clear();
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Takes memory back that is not used any more. */
    synchronized void give(ByteBuffer memory) {
        if (memory.capacity() > 0 && !closed) {
            spare.add(memory);
        }
    }

    /** Leaves all of it, and what is given later, to the garbage collection. */
    @Override
    public synchronized void close() {
        closed = true;
        spare.clear();
    }
}
