package dev.steering.core.runtime;

/**
 * How to run a model. Immutable.
 *
 * @param threads threads inside one operator; 0 lets ONNX Runtime take one per physical core
 * @param device where to run
 */
public record RuntimeOptions(int threads, Device device) {
    /** Where to run. */
    public enum Device {
        /** The GPU if this build and machine have one, else the CPU with one line that says why. */
        AUTO,
        /** The CPU. */
        CPU
    }

    /** @throws IllegalArgumentException if the number of threads is negative */
    public RuntimeOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads " + threads);
        }
    }

    /** @return all cores, best device */
    public static RuntimeOptions defaults() {
        return new RuntimeOptions(0, Device.AUTO);
    }

    /**
     * @param newThreads threads inside one operator, 0 for one per core
     * @return a copy with it
     */
    public RuntimeOptions withThreads(int newThreads) {
        return new RuntimeOptions(newThreads, device);
    }

    /**
     * @param newDevice where to run
     * @return a copy with it
     */
    public RuntimeOptions withDevice(Device newDevice) {
        return new RuntimeOptions(threads, newDevice);
    }
}
