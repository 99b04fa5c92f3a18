package dev.steering.eval.sweep;

import dev.steering.apply.Answer;
import dev.steering.apply.plan.Layers;
import dev.steering.eval.run.EvalGroup;
import dev.steering.model.decode.Generation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pushes at one set of layers, as methods that answer together.
 *
 * @param model answers
 * @param pushes the pushes, at least one
 */
public record PushGroup(SweepModel model, List<Push> pushes) implements EvalGroup {
    public PushGroup {
        pushes = List.copyOf(pushes);
    }

    /**
     * @param model answers
     * @param grid what to try
     * @return the unsteered model, then every set of layers
     */
    public static List<EvalGroup> of(SweepModel model, SweepGrid grid) {
        List<EvalGroup> groups = new ArrayList<>();
        groups.add(new PushGroup(model, List.of(Push.NONE)));
        grid.pushes().forEach(pushes -> groups.add(new PushGroup(model, pushes)));
        return groups;
    }

    @Override
    public String name() {
        Push first = pushes.get(0);
        return first.strength() == 0 ? first.name() : "layers " + Layers.text(first.layers());
    }

    @Override
    public Map<String, String> plans() {
        Map<String, String> plans = new LinkedHashMap<>();
        pushes.forEach(push -> plans.put(push.name(), push.words()));
        return plans;
    }

    @Override
    public int[] lengths(List<String> prompts) {
        return model.lengths(prompts);
    }

    @Override
    public List<List<Answer>> answer(List<String> prompts) {
        List<List<Answer>> answers = new ArrayList<>();
        for (List<Generation> ofPush : model.answers(prompts, pushes)) {
            List<Answer> row = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                row.add(new Answer(prompts.get(i), ofPush.get(i), null));
            }
            answers.add(row);
        }
        return answers;
    }
}
