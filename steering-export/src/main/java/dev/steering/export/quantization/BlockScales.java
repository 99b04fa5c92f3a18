package dev.steering.export.quantization;

/** How the scale of a block of weights is chosen: the distance between two neighbouring integers. */
public enum BlockScales {
    /** From the block's largest and smallest weight, so that none is cut off: as ONNX Runtime's own quantiser does. */
    RANGE,

    /**
     * The one of a few that leaves the least squared error. With few bits a range that cuts off the outermost weights leaves
     * smaller errors on all others. Tried are the block's range and shorter ones down to seven tenths of it; for the integers that
     * each gives, the scale is then the least squares one. No block is worse than by {@link #RANGE}. It takes six roundings
     * instead of one.
     */
    FITTED
}
