package dev.steering.extract.tune;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import java.util.Map;
import java.util.TreeMap;

/**
 * How soft prompts and vectors are tuned. Immutable.
 *
 * @param epochs most passes over the training anchors, at least 1
 * @param batch pairs of each kind in one step, at least 1
 * @param learningRate of AdamW
 * @param weightDecay of AdamW, pulls the difference from nothing: 0 leaves the size of the rows alone
 * @param clip longest gradient, Euclidean norm
 * @param heldOut share of the prompts that is not trained on
 * @param patience epochs without a lower held-out loss after which tuning ends
 * @param seed of split and order
 */
public record TuningSettings(
        int epochs,
        int batch,
        double learningRate,
        double weightDecay,
        double clip,
        double heldOut,
        int patience,
        long seed) {
    /** @throws SteeringException if a value is out of its range */
    public TuningSettings {
        require(epochs >= 1, "epochs", "at least 1", epochs);
        require(batch >= 1, "batch", "at least 1", batch);
        require(learningRate > 0 && Double.isFinite(learningRate), "learning rate", "above 0", learningRate);
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay", "at least 0", weightDecay);
        require(clip > 0, "clip", "above 0", clip);
        require(heldOut > 0 && heldOut < 1, "held-out share", "between 0 and 1", heldOut);
        require(patience >= 1, "patience", "at least 1", patience);
    }

    /** @return 20 epochs, 8 pairs of each kind a step, rate 1e-3, no decay, clip 1, a fifth held out, patience 3, seed 0 */
    public static TuningSettings defaults() {
        return new TuningSettings(20, 8, 1e-3, 0, 1, 0.2, 3, 0);
    }

    /**
     * @param newEpochs most passes over the training anchors
     * @param newPatience epochs without a lower held-out loss after which tuning ends
     * @return a copy with them
     */
    public TuningSettings withLength(int newEpochs, int newPatience) {
        return new TuningSettings(newEpochs, batch, learningRate, weightDecay, clip, heldOut, newPatience, seed);
    }

    /**
     * @param newBatch pairs of each kind in one step
     * @return a copy with it
     */
    public TuningSettings withBatch(int newBatch) {
        return new TuningSettings(epochs, newBatch, learningRate, weightDecay, clip, heldOut, patience, seed);
    }

    /**
     * @param newRate of AdamW
     * @param newDecay of AdamW
     * @param newClip longest gradient
     * @return a copy with them
     */
    public TuningSettings withSteps(double newRate, double newDecay, double newClip) {
        return new TuningSettings(epochs, batch, newRate, newDecay, newClip, heldOut, patience, seed);
    }

    /**
     * @param newHeldOut share of the prompts that is not trained on
     * @param newSeed of split and order
     * @return a copy with them
     */
    public TuningSettings withSplit(double newHeldOut, long newSeed) {
        return new TuningSettings(epochs, batch, learningRate, weightDecay, clip, newHeldOut, patience, newSeed);
    }

    /** @return everything but the seed by name, for files */
    public Map<String, Double> byName() {
        return new TreeMap<>(Map.of(
                "epochs", (double) epochs,
                "batch", (double) batch,
                "learning_rate", learningRate,
                "weight_decay", weightDecay,
                "clip", clip,
                "held_out", heldOut,
                "patience", (double) patience));
    }

    private static void require(boolean holds, String name, String range, double found) {
        if (!holds) {
            throw new BadRequest("Tuning: the " + name + " must be " + range + ", found " + found + ".");
        }
    }
}
