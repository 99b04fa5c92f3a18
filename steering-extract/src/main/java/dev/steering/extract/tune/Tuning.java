package dev.steering.extract.tune;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve.Epoch;
import dev.steering.extract.optimize.AdamW;
import dev.steering.extract.optimize.EarlyStopping;
import dev.steering.extract.optimize.GradientClipping;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.extract.tune.TuningLoss.Gradient;
import java.util.List;

/**
 * The epochs of one soft prompt or vector. An epoch is a pure function of the state before it, so a run that was cut off goes on as
 * if nothing had happened. Immutable and thread-safe.
 *
 * @param name what is tuned, for people: {@code safe prompt}, {@code layer 3}
 * @param settings how
 * @param loss the model
 * @param region where its values may be
 * @param train examples to train on
 * @param heldOut examples that judge
 * @param listener told of steps and epochs
 */
public record Tuning(
        String name,
        TuningSettings settings,
        TuningLoss loss,
        Region region,
        Examples train,
        Examples heldOut,
        TuningListener listener) {
    /** A loss this many times that of the beginning, and at least this large, has left every useful place. */
    private static final double DIVERGED = 4;

    /** Tuning went wrong; the state before it is good. */
    static final class Divergence extends BadRequest {
        private static final long serialVersionUID = 1L;

        Divergence(String message) {
            super(message);
        }
    }

    /**
     * @param initial values to begin with
     * @return epoch 0: their losses
     * @throws SteeringException if a loss is not finite
     */
    public TuningState start(float[] initial) {
        List<Example> trained = train.all();
        List<Example> judged = heldOut.all();
        Epoch epoch = new Epoch(loss.loss(initial, trained), loss.loss(initial, judged));
        requireFinite("before the first step", epoch.train());
        EarlyStopping stopping = EarlyStopping.of(settings.patience(), 0).after(epoch.heldOut());
        listener.onEpoch(name, 0, epoch.train(), epoch.heldOut(), true);
        return new TuningState(
                AdamW.State.of(TuningState.widened(initial)),
                initial,
                0,
                List.of(epoch),
                stopping,
                new TuningCost(0, 0, Examples.tokens(trained) + Examples.tokens(judged)),
                null);
    }

    /**
     * @param state after some epochs
     * @return the state after one more
     * @throws SteeringException if a loss or gradient is not finite or far above where it began
     */
    public TuningState epoch(TuningState state) {
        int number = state.done() + 1;
        double limit = DIVERGED * Math.max(1, state.epochs().get(0).train());
        AdamW adam = AdamW.of(settings.learningRate()).withWeightDecay(settings.weightDecay());
        AdamW.State optimizer = state.optimizer();
        double sum = 0;
        long tokens = 0;
        List<List<Example>> batches = train.epoch(settings.batch(), settings.seed(), number);
        for (int step = 0; step < batches.size(); step++) {
            Gradient gradient = loss.gradient(TuningState.rounded(optimizer), batches.get(step));
            requireWithin("in epoch " + number + ", step " + (step + 1), gradient.loss(), limit);
            optimizer = step(adam, optimizer, gradient.gradient(), number);
            sum += gradient.loss();
            tokens += Examples.tokens(batches.get(step));
            listener.onStep(name, number, gradient.loss(), step + 1, batches.size());
        }
        List<Example> judged = heldOut.all();
        Epoch epoch = new Epoch(sum / batches.size(), loss.loss(TuningState.rounded(optimizer), judged));
        requireWithin("after epoch " + number, epoch.heldOut(), limit);
        TuningCost cost = state.cost().plus(new TuningCost(batches.size(), tokens, Examples.tokens(judged)));
        TuningState next = state.after(optimizer, epoch, cost, settings.epochs());
        listener.onEpoch(name, number, epoch.train(), epoch.heldOut(), next.bestEpoch() == number);
        return next;
    }

    private AdamW.State step(AdamW adam, AdamW.State optimizer, double[] gradient, int epoch) {
        double norm = GradientClipping.norm(gradient);
        if (!Double.isFinite(norm)) {
            throw new Divergence("The tuning of the " + name + " diverged in epoch " + epoch
                    + ": its gradient has the length " + norm + ".");
        }
        double[] along = region.along(optimizer.parameters(), gradient);
        AdamW.State next = adam.step(optimizer, new GradientClipping(settings.clip()).apply(along));
        double length = GradientClipping.norm(next.parameters());
        if (!Double.isFinite(length)) {
            throw new Divergence("The tuning of the " + name + " diverged in epoch " + epoch
                    + ": its values have the length " + length + ".");
        }
        return AdamW.State.of(region.nearest(next.parameters()), next.firstMoment(), next.secondMoment(), next.steps());
    }

    private void requireFinite(String when, double value) {
        requireWithin(when, value, Double.POSITIVE_INFINITY);
    }

    private void requireWithin(String when, double value, double limit) {
        if (!Double.isFinite(value) || value > limit) {
            throw new Divergence("The tuning of the " + name + " diverged " + when + ": its loss is " + value
                    + (Double.isFinite(limit) ? ", more than " + limit : "") + ".");
        }
    }
}
