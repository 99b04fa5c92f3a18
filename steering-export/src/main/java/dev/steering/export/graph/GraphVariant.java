package dev.steering.export.graph;

/** What a graph can do to the residual stream: each can what the one before it can, at the price of more nodes at every point. */
public enum GraphVariant {
    /** Adds directions. */
    ADDING("model.onnx"),

    /** Also removes components and keeps norms. */
    PROJECTING("model-projection.onnx"),

    /** Also writes directions by how much what is read of the stream says. */
    GATED("model-gated.onnx");

    private final String file;

    GraphVariant(String file) {
        this.file = file;
    }

    /** @return name of its file in a bundle */
    public String file() {
        return file;
    }

    /** @return whether it removes components and keeps norms */
    public boolean projects() {
        return this != ADDING;
    }

    /** @return whether it gates */
    public boolean gates() {
        return this == GATED;
    }
}
