package dev.steering.eval.sweep;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Query;
import dev.steering.apply.plan.Operation;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.PlanSweep;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.utility.Divergence;
import dev.steering.eval.utility.TokenSum;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.TokenListener;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A model with a vector. Immutable and thread-safe.
 *
 * @param model the model, with the prompt format to use
 * @param prompts encodes the prompts for that model
 * @param options how to write
 * @param vector directions and transition references
 * @param scale what strengths multiply
 * @param rows most texts that are written at once
 */
public record VectorSweepModel(
        ChatModel model,
        EncodedPrompts prompts,
        GenerationOptions options,
        SteeringVector vector,
        VectorScale scale,
        int rows)
        implements SweepModel {
    @Override
    public int[] lengths(List<String> texts) {
        return prompts.lengths(texts);
    }

    @Override
    public List<double[]> cosines(List<String> texts) {
        double[][] cosines = new double[texts.size()][];
        Transitions.of(model)
                .withState(vector.transitionState())
                .withBatchSize(texts.size())
                .read(
                        "",
                        prompts.queries(texts).stream().map(Query::tokens).toList(),
                        (i, transition) -> cosines[i] = transition.cosines(vector.requireTransitionReference()));
        return List.of(cosines);
    }

    @Override
    public List<List<Generation>> answers(List<String> texts, List<Push> pushes) {
        List<Query> queries = prompts.queries(texts);
        Answering answering = Answering.with(model).withOptions(options);
        if (pushes.equals(List.of(Push.NONE))) {
            return List.of(
                    answering
                            .withBatch(Math.max(1, texts.size()))
                            .answerQueries(queries, unsteered(), TokenListener.NONE)
                            .stream()
                            .map(Answer::generation)
                            .toList());
        }
        Generation[][] answers = new Generation[pushes.size()][texts.size()];
        answering
                .withBatch(rows)
                .write(
                        sweep(pushes).drafts(queries, (text, decisions) -> {}),
                        1,
                        TokenListener.NONE,
                        (written, text) -> answers[text % pushes.size()][text / pushes.size()] = written);
        return Arrays.stream(answers).map(List::of).toList();
    }

    private Method unsteered() {
        return MethodRegistry.get(Push.NONE.name()).bind(model, MethodArguments.NONE);
    }

    /** Reads every prompt once for all pushes. */
    private PlanSweep sweep(List<Push> pushes) {
        List<SteeringPlan> plans = pushes.stream()
                .map(push -> SteeringPlan.of(Step.of(
                        VectorReference.to("", vector),
                        new Operation.Add(push.strength(), scale, false),
                        push.layers())))
                .toList();
        return PlanSweep.of(model, plans, PlanVectors.of(vector));
    }

    @Override
    public int divergenceRows(int longest) {
        return Math.min(rows, Divergence.rows(longest, model.manifest().vocabulary()));
    }

    @Override
    public List<List<TokenSum>> divergences(List<String> texts, List<Generation> answers, List<Push> pushes) {
        List<Query> queries = prompts.queries(texts);
        List<int[]> written = answers.stream()
                .map(answer -> answer.tokens().stream()
                        .mapToInt(Objects::requireNonNull)
                        .toArray())
                .toList();
        Divergence divergence = new Divergence(model, options);
        List<List<float[]>> reference = divergence.reference(unsteered(), queries, written);
        return divergence.sums(sweep(pushes), queries, written, reference, rows);
    }
}
