package dev.steering.eval.sweep;

import dev.steering.apply.ConstantSteering;
import dev.steering.apply.ConstantSteering.Operation;
import dev.steering.apply.PlanSweep;
import dev.steering.apply.Query;
import dev.steering.apply.Responder;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.utility.Divergence;
import dev.steering.eval.utility.TokenSum;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.TokenListener;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model with a vector. Immutable and thread-safe.
 *
 * @param model the model, with the prompt format to use
 * @param system system prompt in front of every prompt; null for none
 * @param options how to write
 * @param vector directions and transition references
 * @param scale what strengths multiply
 * @param rows most texts that are written at once
 */
public record VectorSweepModel(
        ChatModel model,
        @Nullable String system,
        GenerationOptions options,
        SteeringVector vector,
        VectorScale scale,
        int rows)
        implements SweepModel {
    @Override
    public int[] lengths(List<String> prompts) {
        return queries(prompts).stream().mapToInt(q -> q.tokens().length).toArray();
    }

    private List<Query> queries(List<String> prompts) {
        return prompts.stream().map(prompt -> Query.of(model, prompt, system)).toList();
    }

    @Override
    public List<double[]> cosines(List<String> prompts) {
        double[][] cosines = new double[prompts.size()][];
        Transitions.of(model)
                .withBatchSize(prompts.size())
                .read(
                        "",
                        queries(prompts).stream().map(Query::tokens).toList(),
                        (i, transition) -> cosines[i] = transition.cosines(vector.requireTransitionReference()));
        return List.of(cosines);
    }

    @Override
    public List<List<Generation>> answers(List<String> prompts, List<Push> pushes) {
        List<Query> queries = queries(prompts);
        if (pushes.equals(List.of(Push.NONE))) {
            return List.of(unsteered().reply(queries, TokenListener.NONE).stream()
                    .map(Responder.Reply::generation)
                    .toList());
        }
        return sweep(pushes).replies(queries, rows).stream()
                .map(ofPush -> ofPush.stream().map(Responder.Reply::generation).toList())
                .toList();
    }

    private Responder unsteered() {
        return ConstantSteering.none(model, options);
    }

    /** Reads every prompt once for all pushes. */
    private PlanSweep sweep(List<Push> pushes) {
        List<SteeringPlan> plans = pushes.stream()
                .map(push -> ConstantSteering.plan(
                        VectorReference.to("", vector), Operation.ADD, scale, push.strength(), push.layers()))
                .toList();
        return new PlanSweep(model, options, plans, PlanVectors.of(vector));
    }

    @Override
    public int divergenceRows(int longest) {
        return Math.min(rows, Divergence.rows(longest, model.manifest().vocabulary()));
    }

    @Override
    public List<List<TokenSum>> divergences(List<String> prompts, List<Generation> answers, List<Push> pushes) {
        List<Query> queries = queries(prompts);
        List<int[]> texts = answers.stream()
                .map(answer -> answer.tokens().stream()
                        .mapToInt(Objects::requireNonNull)
                        .toArray())
                .toList();
        List<List<float[]>> reference = Divergence.reference(unsteered(), queries, texts);
        return Divergence.sums(sweep(pushes), queries, texts, reference, rows);
    }
}
