package dev.steering.bench.workload;

/** What is done to the residual stream while a workload runs. */
public enum Variant {
    /** Decoding without steering. */
    PLAIN(""),
    /** Activations of all layers are returned; of three tokens per prompt in extraction, else of every row's last. */
    CAPTURED("-captured"),
    /** One direction is added at every layer, the same share of it everywhere. */
    STEERED("-steered"),
    /** One direction is added at every layer, every row its own share, and only from some position on. */
    STEERED_ROWS("-steered-rows");

    private final String suffix;

    Variant(String suffix) {
        this.suffix = suffix;
    }

    /** @return what it adds to a workload's name */
    public String suffix() {
        return suffix;
    }
}
