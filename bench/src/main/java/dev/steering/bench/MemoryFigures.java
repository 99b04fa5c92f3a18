package dev.steering.bench;

import dev.steering.bench.machine.ProcessMemory;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the process took.
 *
 * @param weightBytes size of the bundle's weight files
 * @param before before the model was opened; null where the system does not say
 * @param decoding after it was opened and had written {@code decode-b1}'s tokens, with the peak since it was opened; null where
 *     the system does not say, or the peak may be that of work before
 */
public record MemoryFigures(long weightBytes, @Nullable ProcessMemory before, @Nullable ProcessMemory decoding) {}
