package dev.steering.extract.tune;

import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.extract.optimize.AdamW;
import dev.steering.extract.optimize.EarlyStopping;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a tuning has come, after whole epochs. The order of the next epoch follows from the seed and its number, so this is all
 * that has to be kept. Immutable; the array is copied in and out.
 *
 * @param optimizer parameters and moments
 * @param best the values with the least held-out loss
 * @param bestEpoch their epoch
 * @param epochs losses, epoch 0 first
 * @param stopping patience
 * @param cost so far
 * @param ending why it has ended; null while it goes on
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TuningState(
        AdamW.State optimizer,
        float[] best,
        int bestEpoch,
        List<Epoch> epochs,
        EarlyStopping stopping,
        TuningCost cost,
        @Nullable Ending ending) {
    public TuningState {
        best = best.clone();
        epochs = List.copyOf(epochs);
    }

    @Override
    public float[] best() {
        return best.clone();
    }

    /** Number of epochs done. */
    int done() {
        return epochs.size() - 1;
    }

    /** @return the parameters in the precision that the model computes in */
    public float[] values() {
        return rounded(optimizer);
    }

    static float[] rounded(AdamW.State optimizer) {
        double[] parameters = optimizer.parameters();
        float[] values = new float[parameters.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) parameters[i];
        }
        return values;
    }

    /**
     * @param values numbers
     * @return the same as doubles
     */
    public static double[] widened(float[] values) {
        double[] parameters = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            parameters[i] = values[i];
        }
        return parameters;
    }

    /** The same, ended by hand if it had not ended. */
    TuningState finished() {
        return ending != null
                ? this
                : new TuningState(optimizer, best, bestEpoch, epochs, stopping, cost, Ending.FINISHED);
    }

    /** @return its losses */
    public TuningCurve curve() {
        return new TuningCurve(epochs, bestEpoch, ending == null ? Ending.FINISHED : ending);
    }

    /** The state after one more epoch. */
    TuningState after(AdamW.State newOptimizer, Epoch epoch, TuningCost newCost, int mostEpochs) {
        List<Epoch> all = new ArrayList<>(epochs);
        all.add(epoch);
        boolean improves = stopping.improves(epoch.heldOut());
        EarlyStopping next = stopping.after(epoch.heldOut());
        Ending end = next.ends() ? Ending.HELD_OUT : all.size() > mostEpochs ? Ending.EPOCHS : null;
        return new TuningState(
                newOptimizer,
                improves ? rounded(newOptimizer) : best,
                improves ? all.size() - 1 : bestEpoch,
                all,
                next,
                newCost,
                end);
    }
}
