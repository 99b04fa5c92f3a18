package dev.steering.extract.repair;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of what is added to the residual stream the component that costs safety. In the spirit of arXiv 2608.08383, whose idea is that
 * this component is separable from what the vector is for; formulas and settings are this toolkit's:
 *
 * <pre>
 * minimise E(v - d) over d, such that S(v - d) &lt;= S(0) + tolerance
 * </pre>
 *
 * <p>with S how unlikely the model's own refusals of harmful prompts are and E how unlikely the answers are that v leads to. It is solved by
 * primal and dual steps: d moves against the gradient of {@code E + m S} by a share of v's length that falls linearly, and m rises with the
 * excess of S and falls with its slack. Of the points that are safe the one with the least E is kept, and of the way to it only so much
 * is gone as safety needs: the smallest c in 0 to 1 with {@code S(v - c d)} within the bound, by bisection.
 *
 * <p>Deterministic. Immutable and thread-safe.
 */
public final class VectorRepair {
    private static final int BISECTIONS = 8;
    private static final double RATE = 0.1;
    private static final double DUAL_RATE = 4;

    private final double tolerance;
    private final int steps;
    private final ProgressListener progress;

    private VectorRepair(double tolerance, int steps, ProgressListener progress) {
        this.tolerance = tolerance;
        this.steps = steps;
        this.progress = progress;
    }

    /** @return 60 steps, refusals at most 0.01 nats a token less likely than without steering, no progress */
    public static VectorRepair withDefaults() {
        return new VectorRepair(0.01, 60, ProgressListener.NONE);
    }

    /**
     * @param nats how much less likely refusals may be than without steering, in nats per token, at least 0
     * @return a copy with it
     */
    public VectorRepair withTolerance(double nats) {
        if (!(nats >= 0 && Double.isFinite(nats))) {
            throw new BadRequest("The tolerance must be a number of at least 0, found " + nats + ".");
        }
        return new VectorRepair(nats, steps, progress);
    }

    /**
     * @param number steps, at least 1
     * @return a copy with it
     */
    public VectorRepair withSteps(int number) {
        return new VectorRepair(tolerance, Require.atLeast("The number of steps", number, 1), progress);
    }

    /**
     * @param listener told how many steps are done
     * @return a copy with it
     */
    public VectorRepair withProgress(ProgressListener listener) {
        return new VectorRepair(tolerance, steps, listener);
    }

    /**
     * Losses of one thing that is added.
     *
     * @param safety mean loss of the refusals, in nats per token
     * @param effect mean loss of the answers
     */
    public record Losses(double safety, double effect) {}

    /**
     * What is left, and what it does.
     *
     * @param added what is to be added instead, {@code [layers * hidden]}; not copied
     * @param unsteered losses with nothing added
     * @param before losses of what was given
     * @param after losses of what is left
     * @param removed length of what was taken out, relative to what was given
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once
    public record Repaired(double[] added, Losses unsteered, Losses before, Losses after, double removed) {}

    /**
     * @param added what the vector adds, {@code [layers * hidden]}: its directions times its strength
     * @param losses what it does
     * @return what is left of it
     * @throws BadRequest if it costs no safety, or if no step is safe
     */
    public Repaired repair(double[] added, RepairLosses losses) {
        double[] nothing = new double[added.length];
        Losses unsteered = losses(nothing, losses);
        Losses before = losses(added, losses);
        double bound = unsteered.safety + tolerance;
        if (before.safety <= bound) {
            throw new BadRequest(String.format(
                    Locale.ROOT,
                    "This vector costs no safety: refusals of the harmful prompts have a loss of %.3f nats per token under it and"
                            + " %.3f without it. There is nothing to repair.",
                    before.safety,
                    unsteered.safety));
        }
        double[] safe = safest(added, losses, bound);
        if (safe == null) {
            throw new BadRequest(String.format(
                    Locale.ROOT,
                    "In %d steps nothing was found that is safe: refusals have a loss of %.3f nats per token, expected at most %.3f."
                            + " Allow more steps or a larger tolerance, or use the vector with less strength.",
                    steps,
                    before.safety,
                    bound));
        }
        double[] least = nearest(added, safe, losses, bound);
        return new Repaired(least, unsteered, before, losses(least, losses), distance(added, least) / norm(added));
    }

    private static Losses losses(double[] added, RepairLosses losses) {
        return new Losses(losses.safety(added).loss(), losses.effect(added).loss());
    }

    /** The safe point with the least loss of effect among those on the way; null if there is none. */
    private double @Nullable [] safest(double[] added, RepairLosses losses, double bound) {
        double[] point = added.clone();
        double[] best = null;
        double bestEffect = Double.POSITIVE_INFINITY;
        double length = norm(added);
        double multiplier = 1;
        for (int step = 0; step < steps; step++) {
            RepairLosses.Loss safety = losses.safety(point);
            RepairLosses.Loss effect = losses.effect(point);
            if (safety.loss() <= bound && effect.loss() < bestEffect) {
                best = point.clone();
                bestEffect = effect.loss();
            }
            multiplier = Math.max(0, multiplier + DUAL_RATE * (safety.loss() - bound));
            double[] direction = combined(effect.gradient(), safety.gradient(), multiplier);
            double size = norm(direction);
            double move = size == 0 ? 0 : RATE * length * (1 - (double) step / steps) / size;
            for (int i = 0; i < point.length; i++) {
                point[i] -= move * direction[i];
            }
            progress.onProgress("repairing", step + 1, steps);
        }
        return best;
    }

    private static double[] combined(double[] effect, double[] safety, double multiplier) {
        double[] sum = new double[effect.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = effect[i] + multiplier * safety[i];
        }
        return sum;
    }

    /** As much of the way from the vector to the safe point as safety needs. */
    private static double[] nearest(double[] added, double[] safe, RepairLosses losses, double bound) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (losses.safety(between(added, safe, middle)).loss() <= bound) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return between(added, safe, high);
    }

    private static double[] between(double[] from, double[] to, double share) {
        double[] between = new double[from.length];
        for (int i = 0; i < between.length; i++) {
            between[i] = from[i] + share * (to[i] - from[i]);
        }
        return between;
    }

    private static double distance(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return norm(difference);
    }

    private static double norm(double[] a) {
        double squares = 0;
        for (double value : a) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
