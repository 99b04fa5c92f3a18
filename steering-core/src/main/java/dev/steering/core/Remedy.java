package dev.steering.core;

/**
 * What a user can do about a {@link SteeringException}, for programs that know how that is done with them: the library's messages say what
 * is wrong, a command line adds which of its commands and options mends it.
 */
public enum Remedy {
    /** Name a steering vector. */
    GIVE_VECTOR,
    /** Name a strength, or anchor the vector's layers. */
    GIVE_STRENGTH,
    /** Name a strength: the vector's layers cannot be anchored. */
    SAY_STRENGTH,
    /** Name layers: the vector's cannot be anchored. */
    SAY_LAYERS,
    /** Name layers, or anchor the vector's layers. */
    GIVE_LAYERS,
    /** Anchor the vector's layers. */
    ANCHOR_LAYERS,
    /** Extract a steering vector. */
    EXTRACT_VECTOR,
    /** Tune soft prompts. */
    TUNE_SOFT_PROMPTS,
    /** Export a checkpoint to a bundle. */
    MAKE_BUNDLE,
    /** Export again, with copies of the weights in the bundle. */
    COPY_WEIGHTS,
    /** Export again, in single precision. */
    EXPORT_SINGLE_PRECISION,
    /** Say where the residual stream is in an ONNX graph. */
    NAME_POINTS,
    /** Export the model to ONNX by other means, and instrument that. */
    INSTRUMENT_ONNX,
    /** Choose one of the model's chat templates. */
    CHOOSE_TEMPLATE,
    /** Begin a tuning again, over its checkpoint. */
    RESTART_TUNING,
    /** Save what a tuning has reached, or begin it again. */
    FINISH_TUNING,
    /** Say that a file of another kind may be replaced. */
    OVERWRITE,
    /** Save a steering plan. */
    SAVE_PLAN,
    /** Correct the address, the model or the key of a judge over HTTP. */
    CHECK_JUDGE,
    /** Judge the kept answers of an evaluation anew. */
    REJUDGE,
    /** Name the field or column that holds the responses. */
    CHOOSE_FIELD,
    /** Choose where bundles of random weights are kept. */
    CHOOSE_CACHE,
    /** Have prompts that are too long left out or cut. */
    CHOOSE_TOO_LONG,
    /** Choose the frames that are put around prompts, or none, or have prompts that are too long left out. */
    CHOOSE_FRAMES,
    /** Use prompts that a choice has seen all the same. */
    ALLOW_OVERLAP,
    /** Convert a vector of another tool first, saying of which model it is. */
    CONVERT_VECTOR,
    /** Say which layer the only row of an array belongs to. */
    NAME_LAYER,
    /** Say whether rows keep their effect or their meaning. */
    KEEP_EFFECT_OR_MEANING,
    /** Merge the parts of an extraction. */
    MERGE_PARTS
}
