package dev.steering.apply.planned;

import dev.steering.apply.Decision;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks a plan's gates about prompts without answering them, in one forward pass. */
public final class GateReader {
    private GateReader() {}

    /** The decisions of every gated step, for every prompt. */
    public static List<List<Decision>> decide(
            ChatModel model, SteeringPlan plan, PlanVectors vectors, List<int[]> prompts) {
        PromptGates gates = PromptGates.of(model, plan, vectors);
        int[] suffix = gates.suffix();
        List<int[]> rows = new ArrayList<>();
        List<List<Capture>> captures = new ArrayList<>();
        for (int[] prompt : prompts) {
            int[] row = Arrays.copyOf(prompt, prompt.length + suffix.length);
            System.arraycopy(suffix, 0, row, prompt.length, suffix.length);
            rows.add(row);
            captures.add(gates.captures(prompt.length));
        }
        ForwardResult states = model.model().forward(ForwardRequest.of(rows).withCaptures(captures));
        List<List<Decision>> decisions = new ArrayList<>();
        for (int row = 0; row < prompts.size(); row++) {
            decisions.add(gates.read(states, row).decisions());
        }
        return decisions;
    }
}
