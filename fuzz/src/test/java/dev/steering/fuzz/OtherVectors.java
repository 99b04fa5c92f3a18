package dev.steering.fuzz;

import com.sun.management.ThreadMXBean;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.ReadingOptions.Keep;
import dev.steering.core.vector.format.ReadingOptions.Source;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.export.inspect.Inspector;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** What is read of vectors of other tools. */
final class OtherVectors {
    /** What reading may take beside a multiple of the file: windows, what the parsers take. */
    private static final long BESIDE = 16L << 20;

    private static final long MULTIPLE = 64;

    private static final List<ReadingOptions> OPTIONS = List.of(
            ReadingOptions.NONE,
            new ReadingOptions(null, null, 1),
            new ReadingOptions(null, Keep.EFFECT, null),
            new ReadingOptions(Source.LLAMA_CPP_GENERATOR, Keep.MEANING, null));

    private OtherVectors() {}

    /** Reads it with everything that may be known of it, and says what it is. */
    static void read(Path file) {
        long most = BESIDE + MULTIPLE * file.toFile().length();
        // The first time classes are loaded and rewritten, which takes more than any file.
        long first = allocated(file);
        if (first > most && allocated(file) > most) {
            throw new AssertionError("more than " + most + " bytes for a file of "
                    + file.toFile().length());
        }
        open(file, ReadingOptions.NONE);
        Inspector.inspect(file);
    }

    private static long allocated(Path file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (ReadingOptions options : OPTIONS) {
            try {
                open(file, options);
            } catch (SteeringException e) {
                // Options may not fit the file, and what is wrong with the file itself is looked at next.
            }
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void open(Path file, ReadingOptions options) {
        VectorFiles.open(file, 6, options);
    }
}
