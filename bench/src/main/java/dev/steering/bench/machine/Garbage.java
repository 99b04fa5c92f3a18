package dev.steering.bench.machine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What a thread allocates on the JVM's heap. */
public final class Garbage {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Garbage() {}

    /** @return bytes that the calling thread has allocated so far; 0 where the JVM does not count them */
    public static long allocated() {
        return THREADS instanceof com.sun.management.ThreadMXBean counting
                        && counting.isThreadAllocatedMemorySupported()
                        && counting.isThreadAllocatedMemoryEnabled()
                ? counting.getCurrentThreadAllocatedBytes()
                : 0;
    }
}
