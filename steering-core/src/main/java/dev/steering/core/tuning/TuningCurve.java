package dev.steering.core.tuning;

import java.util.List;

/**
 * How the loss of one soft prompt or vector went, epoch by epoch.
 *
 * @param epochs in order, the first of them (number 0) before any step
 * @param best number of the epoch whose values were kept: the one with the least held-out loss
 * @param ending why it ended
 */
public record TuningCurve(List<Epoch> epochs, int best, Ending ending) {
    /** Why tuning ended. */
    public enum Ending {
        /** All epochs were run. */
        EPOCHS,
        /** The held-out loss had not improved for some epochs. */
        HELD_OUT,
        /** It was finished by hand from a checkpoint. */
        FINISHED
    }

    /**
     * One epoch.
     *
     * @param train mean training loss over the epoch's steps; in epoch 0 the loss before the first of them
     * @param heldOut loss on the held-out anchors after the epoch
     */
    public record Epoch(double train, double heldOut) {}

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if {@code best} is not one of the epochs
     */
    public TuningCurve {
        epochs = List.copyOf(epochs);
        if (best < 0 || best >= epochs.size()) {
            throw new IllegalArgumentException("best epoch " + best + " of " + epochs.size());
        }
    }

    /** @return the held-out loss of what was kept */
    public double keptLoss() {
        return epochs.get(best).heldOut();
    }
}
