package dev.steering.cli.answers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Decision;
import dev.steering.apply.plan.Gate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a plan's gate decided about a prompt, for people and for programs. */
public final class GateText {
    private GateText() {}

    public static String of(@Nullable Gate gate, Decision decision) {
        if (gate instanceof Gate.Condition condition) {
            return String.format(
                    Locale.ROOT,
                    "condition %s: %s %.4f, threshold %.4f: %s",
                    decision.harmful() ? "holds" : "does not hold",
                    condition.measure(),
                    decision.score(),
                    condition.threshold(),
                    decision.harmful() ? "steered" : "not steered");
        }
        return String.format(
                Locale.ROOT,
                "%s, score %.4f, threshold %.4f: steered %s refusal",
                harm(decision),
                decision.score(),
                threshold(gate),
                decision.harmful() ? "towards" : "away from");
    }

    public static void write(ObjectNode node, @Nullable Gate gate, Decision decision) {
        if (gate instanceof Gate.Condition) {
            node.put("condition", decision.harmful());
        } else {
            node.put("decision", harm(decision));
        }
        node.put("score", decision.score()).put("threshold", threshold(gate));
    }

    private static String harm(Decision decision) {
        return decision.harmful() ? "harmful" : "harmless";
    }

    private static double threshold(@Nullable Gate gate) {
        if (gate instanceof Gate.Condition condition) {
            return condition.threshold();
        }
        return gate instanceof Gate.TransitionSign sign ? sign.threshold() : Double.NaN;
    }
}
