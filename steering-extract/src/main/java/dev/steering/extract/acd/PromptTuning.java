package dev.steering.extract.acd;

import dev.steering.core.SteeringException;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.TuningCost;
import dev.steering.core.softprompt.TuningCurve.Epoch;
import dev.steering.extract.acd.SoftPromptLoss.Example;
import dev.steering.extract.acd.SoftPromptLoss.Gradient;
import dev.steering.extract.optimize.AdamW;
import dev.steering.extract.optimize.EarlyStopping;
import dev.steering.extract.optimize.GradientClipping;
import java.util.List;

/**
 * The epochs of one soft prompt. An epoch is a pure function of the state before it, so a run that was cut off goes on as if
 * nothing had happened. Immutable and thread-safe.
 *
 * @param side which prompt
 * @param settings how
 * @param loss the model
 * @param train pairs to train on
 * @param heldOut pairs that judge
 * @param listener told of steps and epochs
 */
record PromptTuning(
        Side side,
        TuningSettings settings,
        SoftPromptLoss loss,
        EncodedAnchors train,
        EncodedAnchors heldOut,
        TuningListener listener) {
    /** A loss this many times that of the beginning, and at least this large, has left every useful place. */
    private static final double DIVERGED = 4;

    /** Tuning went wrong; the state before it is good. */
    static final class Divergence extends SteeringException {
        private static final long serialVersionUID = 1L;

        Divergence(String message) {
            super(message);
        }
    }

    /** Epoch 0: the initial prompt's losses. */
    TuningState start(SoftPrompt initial) {
        List<Example> trained = train.all();
        List<Example> judged = heldOut.all();
        Epoch epoch = new Epoch(loss.loss(initial.values(), trained), loss.loss(initial.values(), judged));
        requireFinite("before the first step", epoch.train());
        EarlyStopping stopping = EarlyStopping.of(settings.patience(), 0).after(epoch.heldOut());
        listener.onEpoch(side.label(), 0, epoch.train(), epoch.heldOut(), true);
        return new TuningState(
                AdamW.State.of(TuningState.widened(initial.values())),
                initial,
                0,
                List.of(epoch),
                stopping,
                new TuningCost(0, 0, tokens(trained) + tokens(judged)),
                null);
    }

    /**
     * @throws Divergence if a loss or gradient is not finite or far above where it began
     */
    TuningState epoch(TuningState state) {
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
            tokens += tokens(batches.get(step));
            listener.onStep(side.label(), number, gradient.loss(), step + 1, batches.size());
        }
        List<Example> judged = heldOut.all();
        Epoch epoch = new Epoch(sum / batches.size(), loss.loss(TuningState.rounded(optimizer), judged));
        requireWithin("after epoch " + number, epoch.heldOut(), limit);
        TuningCost cost = state.cost().plus(new TuningCost(batches.size(), tokens, tokens(judged)));
        TuningState next = state.after(optimizer, epoch, cost, settings.epochs());
        listener.onEpoch(side.label(), number, epoch.train(), epoch.heldOut(), next.bestEpoch() == number);
        return next;
    }

    private AdamW.State step(AdamW adam, AdamW.State optimizer, double[] gradient, int epoch) {
        double norm = GradientClipping.norm(gradient);
        if (!Double.isFinite(norm)) {
            throw new Divergence("The tuning of the " + side.label() + " prompt diverged in epoch " + epoch
                    + ": its gradient has the length " + norm + ".");
        }
        return adam.step(optimizer, new GradientClipping(settings.clip()).apply(gradient));
    }

    private void requireFinite(String when, double value) {
        requireWithin(when, value, Double.POSITIVE_INFINITY);
    }

    private void requireWithin(String when, double value, double limit) {
        if (!Double.isFinite(value) || value > limit) {
            throw new Divergence("The tuning of the " + side.label() + " prompt diverged " + when + ": its loss is "
                    + value + (Double.isFinite(limit) ? ", more than " + limit : "") + ".");
        }
    }

    private static long tokens(List<Example> examples) {
        return examples.stream().mapToLong(example -> example.tokens().length).sum();
    }
}
