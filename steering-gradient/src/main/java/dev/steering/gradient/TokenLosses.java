package dev.steering.gradient;

import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.Map;

/**
 * Losses of single tokens: {@code -log p} and {@code -log(1 - p)} for the probability p that the model gives the token.
 *
 * <p>{@code log p} is the log-softmax of the logits. For p below a third, {@code -log(1 - p) = 2 atanh(p / (2 - p))}, which keeps
 * its relative accuracy as p goes to 0. From there on {@code log(1 - p)} is the logarithm of the sum of all other tokens'
 * probabilities, computed from their logarithms: it stays finite and differentiable as p goes to 1, where {@code 1 - p} would be
 * rounded to 0, so that nothing has to be clamped. (The logit of a token that no other comes near by 10^30 is the limit.)
 */
final class TokenLosses {
    private static final double SMALL = 1.0 / 3;
    private static final double NONE = -1e30;

    private final Tape tape;

    TokenLosses(Tape tape) {
        this.tape = tape;
    }

    /**
     * @param logits {@code [n, vocabulary]}
     * @param targets {@code [n, 1]}
     * @return {@code [n, 1]}
     */
    String likelihood(String logits, String targets) {
        return tape.node("Neg", ofTarget(logarithms(logits), targets));
    }

    /**
     * @param logits {@code [n, vocabulary]}
     * @param targets {@code [n, 1]}
     * @return {@code [n, 1]}
     */
    String unlikelihood(String logits, String targets) {
        String logarithms = logarithms(logits);
        String p = tape.node("Exp", ofTarget(logarithms, targets));
        String bounded = tape.node("Min", p, tape.number(SMALL));
        String ratio = tape.node("Div", bounded, tape.node("Sub", tape.number(2), bounded));
        String small = tape.node("Mul", tape.node("Atanh", ratio), tape.number(2));

        String sizes = tape.opaque(Shape.of(2), "Shape", targets);
        String none = tape.opaque(tape.shape(targets), "Expand", tape.number(NONE), sizes);
        String others = tape.node("ScatterElements", Map.of("axis", 1L), logarithms, targets, none);
        String rest = tape.node("ReduceLogSumExp", Map.of("keepdims", 1L), others, tape.longs(1));
        return tape.node("Where", tape.node("Less", p, tape.number(SMALL)), small, tape.node("Neg", rest));
    }

    private String logarithms(String logits) {
        return tape.node("LogSoftmax", Map.of("axis", -1L), logits);
    }

    private String ofTarget(String logarithms, String targets) {
        return tape.node("GatherElements", Map.of("axis", 1L), logarithms, targets);
    }
}
