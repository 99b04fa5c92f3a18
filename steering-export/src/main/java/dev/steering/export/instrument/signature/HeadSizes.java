package dev.steering.export.instrument.signature;

import dev.steering.core.bundle.GraphSignature.Input;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sizes of a cache that its declaration leaves open. */
public interface HeadSizes {
    /** Heads in the cache that an input has; null if nothing says. */
    @Nullable
    Integer keyValueHeads(String past);

    /** Size of one of its heads; null if nothing says. */
    @Nullable
    Integer headSize(String past);

    /** Finds sizes, given the inputs that a graph needs for a run. */
    interface Finder {
        HeadSizes given(List<Input> inputs);
    }
}
