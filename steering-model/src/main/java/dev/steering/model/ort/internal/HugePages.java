package dev.steering.model.ort.internal;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.steering.model.ort.internal.MemoryMap.Range;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Moves memory to pages of 2 MB, by Linux's {@code madvise(MADV_COLLAPSE)}. Weights that are read once for every token touch more pages
 * of 4 kB than a processor keeps addresses of.
 */
final class HugePages {
    static final long SIZE = 2L << 20;

    /** Of {@code linux/mman.h}, since Linux 6.1. */
    private static final int MADV_COLLAPSE = 25;

    private static final System.Logger LOG = System.getLogger("dev.steering.model");

    private static final AtomicBoolean REFUSAL_REPORTED = new AtomicBoolean();

    /** What of the C library is called. */
    private interface CLibrary extends Library {
        int madvise(Pointer address, NativeLong length, int advice);
    }

    private HugePages() {}

    /**
     * Moves what was asked for since, or says once that this system cannot.
     *
     * @param before where the process had memory
     * @param what whose the new memory is, for the log
     */
    static void takeNewSince(MemoryMap before, Object what) {
        if (before.isEmpty()) {
            reportRefusal();
            return;
        }
        take(MemoryMap.now().newSince(before), what);
    }

    /**
     * Moves what fills whole pages. What the system refuses, for want of such pages or because it cannot, stays where it is.
     *
     * @param ranges memory that holds data
     * @param what whose it is, for the log
     */
    static void take(List<Range> ranges, Object what) {
        long begun = System.nanoTime();
        long asked = 0;
        long moved = 0;
        try {
            CLibrary library = Native.load(null, CLibrary.class);
            for (Range range : ranges) {
                for (long page = firstWhole(range); page + SIZE <= range.end(); page += SIZE) {
                    asked++;
                    moved += library.madvise(new Pointer(page), new NativeLong(SIZE), MADV_COLLAPSE) == 0 ? 1 : 0;
                }
            }
        } catch (LinkageError e) {
            // JNA has nothing for this processor: nothing was moved.
            LOG.log(System.Logger.Level.DEBUG, () -> "huge pages: " + e);
        }
        log(moved, asked, (System.nanoTime() - begun) / 1e9, what);
        if (asked > 0 && moved == 0) {
            reportRefusal();
        }
    }

    private static void reportRefusal() {
        if (!REFUSAL_REPORTED.getAndSet(true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "weights stay in ordinary pages of memory: the system has no huge ones to give (Linux 6.1 or later has).");
        }
    }

    private static void log(long moved, long asked, double seconds, Object what) {
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> String.format(
                        Locale.ROOT,
                        "graph %s: %d of %d MB moved to huge pages in %.2f s",
                        what,
                        (moved * SIZE) >> 20,
                        (asked * SIZE) >> 20,
                        seconds));
    }

    private static long firstWhole(Range range) {
        return (range.begin() + SIZE - 1) / SIZE * SIZE;
    }
}
