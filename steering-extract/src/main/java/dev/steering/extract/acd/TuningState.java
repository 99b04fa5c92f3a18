package dev.steering.extract.acd;

import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.TuningCost;
import dev.steering.core.softprompt.TuningCurve;
import dev.steering.core.softprompt.TuningCurve.Ending;
import dev.steering.core.softprompt.TuningCurve.Epoch;
import dev.steering.extract.optimize.AdamW;
import dev.steering.extract.optimize.EarlyStopping;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the tuning of one soft prompt has come, after whole epochs. The order of the next epoch follows from the seed and its
 * number, so this is all that has to be kept. Immutable.
 *
 * @param optimizer parameters and moments
 * @param best the soft prompt with the least held-out loss
 * @param bestEpoch its epoch
 * @param epochs losses, epoch 0 first
 * @param stopping patience
 * @param cost so far
 * @param ending why it has ended; null while it goes on
 */
record TuningState(
        AdamW.State optimizer,
        SoftPrompt best,
        int bestEpoch,
        List<Epoch> epochs,
        EarlyStopping stopping,
        TuningCost cost,
        @Nullable Ending ending) {
    TuningState {
        epochs = List.copyOf(epochs);
    }

    /** Number of epochs done. */
    int done() {
        return epochs.size() - 1;
    }

    /** The parameters in the precision that the model computes in. */
    float[] values() {
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

    static double[] widened(float[] values) {
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

    TuningCurve curve() {
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
                improves ? best.withValues(rounded(newOptimizer)) : best,
                improves ? all.size() - 1 : bestEpoch,
                all,
                next,
                newCost,
                end);
    }
}
