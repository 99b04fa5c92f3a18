package dev.steering.apply.scans;

import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;

/**
 * SCANS: each prompt is classified by how the residual stream moves when "Sure" is appended, then steered towards or away from
 * refusal at the safety-critical layers, from the last prompt token on (arXiv 2408.11491, section 3.3).
 *
 * <p>With t^l the state at the last prompt token minus the state at the last token of the marker (Eq. 2), and d^l its mean over
 * harmful anchors (Eq. 3), the score is the mean of cos(t^l, d^l) over the classifier layers (Eq. 4). Classification costs the marker's tokens,
 * not a second prefill: the prompt's cache is kept, and only the last prompt token is run again, now steered.
 *
 * <p>A transition of length zero has no direction: its cosine counts as 0, which is below any useful threshold, so that the prompt is
 * steered away from refusal. So does the public code, and what it does where it cannot find the template's end in a prompt comes to the
 * same. Here the template's end is always known.
 *
 * <p>The sign is chosen by {@link Gate.TransitionSign} (Eq. 5).
 */
public final class Scans {
    private Scans() {}

    /**
     * {@code h <- h + sign alpha v} at the safety-critical layers (Eq. 6).
     *
     * @param vector directions and transition references
     * @param settings layers, strength and threshold
     * @return SCANS as a plan
     * @throws dev.steering.core.SteeringException if there are no layers or one is negative
     */
    public static SteeringPlan plan(VectorReference vector, ScansSettings settings) {
        Operation add = new Operation.Add(settings.alpha(), settings.scale(), false);
        Gate sign = new Gate.TransitionSign(settings.classifierLayers(), settings.threshold(), settings.rule());
        return SteeringPlan.of(Step.of(vector, add, settings.steeringLayers()).withGate(sign));
    }
}
