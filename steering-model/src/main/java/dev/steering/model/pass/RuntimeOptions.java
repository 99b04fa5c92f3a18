package dev.steering.model.pass;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;

/**
 * How to run a model. Immutable.
 *
 * @param threads threads inside one operator; 0 lets ONNX Runtime take one per physical core
 * @param device where to run
 * @param repacked whether weights are copied into the layout that is fastest; otherwise they stay mapped from their files, which
 *     takes little memory and opens at once: right for a few short passes over a model that may be larger than memory
 */
public record RuntimeOptions(int threads, Device device, boolean repacked) {
    /** Where to run. */
    public enum Device {
        /** The GPU if this build and machine have one, else the CPU with one line that says why. */
        AUTO,
        /** The CPU. */
        CPU
    }

    /** @throws BadRequest if the number of threads is negative */
    public RuntimeOptions {
        Require.atLeast("The number of threads", threads, 0);
    }

    /** @return all cores, best device, fastest layout */
    public static RuntimeOptions defaults() {
        return new RuntimeOptions(0, Device.AUTO, true);
    }

    /**
     * @param newThreads threads inside one operator, 0 for one per core
     * @return a copy with it
     */
    public RuntimeOptions withThreads(int newThreads) {
        return new RuntimeOptions(newThreads, device, repacked);
    }

    /**
     * @param newDevice where to run
     * @return a copy with it
     */
    public RuntimeOptions withDevice(Device newDevice) {
        return new RuntimeOptions(threads, newDevice, repacked);
    }

    /** @return a copy that leaves weights where they are */
    public RuntimeOptions withMappedWeights() {
        return new RuntimeOptions(threads, device, false);
    }
}
