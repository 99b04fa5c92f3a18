package dev.steering.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds what all bodies that have arrived take together: each alone is within its limit, and many at once would fill the memory. Thread-safe. */
final class BodyBudget {
    private static final int FREE = 64 << 10;

    private final AtomicLong left;

    BodyBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** One body's part. Not thread-safe. */
    final class Share {
        private long taken;

        /** Whether a body may have become so long. */
        boolean allows(long length) {
            long more = Math.max(0, length - FREE) - taken;
            if (more <= 0) {
                return true;
            }
            if (left.addAndGet(-more) < 0) {
                left.addAndGet(more);
                return false;
            }
            taken += more;
            return true;
        }

        void release() {
            left.addAndGet(taken);
            taken = 0;
        }
    }
}
