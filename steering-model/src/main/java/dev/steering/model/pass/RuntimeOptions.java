package dev.steering.model.pass;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;

/**
 * How to run a model. Immutable.
 *
 * @param threads threads inside one operator; 0 lets ONNX Runtime take one per physical core
 * @param device where to run
 * @param weights where weights lie
 */
public record RuntimeOptions(int threads, Device device, Weights weights) {
    /** Where to run. */
    public enum Device {
        /** The GPU if this build and machine have one, else the CPU with one line that says why. */
        AUTO,
        /** The CPU. */
        CPU
    }

    /** Where weights lie while a model is open. None changes a bit of what it computes but {@link #MAPPED}. */
    public enum Weights {
        /** Copied into the layout that is fastest. */
        REPACKED,
        /**
         * The same, and then moved to pages of 2 MB, on Linux 6.1 or later: opening takes seconds longer, and one row of a model in
         * single precision is written several per cent faster. Where the system refuses, a warning says so, and they stay.
         */
        HUGE_PAGES,
        /**
         * Mapped from their files, which takes little memory and opens at once: right for a few short passes over a model that may
         * be larger than memory.
         */
        MAPPED
    }

    /** @throws BadRequest if the number of threads is negative */
    public RuntimeOptions {
        Require.atLeast("The number of threads", threads, 0);
    }

    /** @return all cores, best device, fastest layout */
    public static RuntimeOptions defaults() {
        return new RuntimeOptions(0, Device.AUTO, Weights.REPACKED);
    }

    /**
     * @param newThreads threads inside one operator, 0 for one per core
     * @return a copy with it
     */
    public RuntimeOptions withThreads(int newThreads) {
        return new RuntimeOptions(newThreads, device, weights);
    }

    /**
     * @param newDevice where to run
     * @return a copy with it
     */
    public RuntimeOptions withDevice(Device newDevice) {
        return new RuntimeOptions(threads, newDevice, weights);
    }

    /**
     * @param choice where weights lie
     * @return a copy with it
     */
    public RuntimeOptions withWeights(Weights choice) {
        return new RuntimeOptions(threads, device, choice);
    }

    /** @return a copy that leaves weights where they are */
    public RuntimeOptions withMappedWeights() {
        return withWeights(Weights.MAPPED);
    }
}
