package dev.steering.eval.sweep;

import dev.steering.apply.ConstantSteering;
import dev.steering.apply.Query;
import dev.steering.apply.Responder;
import dev.steering.apply.StrengthVariants;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.Generation;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.generation.TokenListener;
import dev.steering.core.transition.Transitions;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.utility.Divergence;
import dev.steering.eval.utility.TokenSum;
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
 */
public record VectorSweepModel(
        ChatModel model, @Nullable String system, GenerationOptions options, SteeringVector vector, VectorScale scale)
        implements SweepModel {
    /** A few prompts at many strengths are many rows. */
    private static final int LEAST_ROWS = 32;

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
                        (i, transition) -> cosines[i] = transition.cosines(vector.transitionReference()));
        return List.of(cosines);
    }

    @Override
    public List<List<Generation>> answers(List<String> prompts, List<Push> pushes) {
        List<Query> queries = queries(prompts);
        if (pushes.equals(List.of(Push.NONE))) {
            return List.of(responder(Push.NONE).reply(queries, TokenListener.NONE).stream()
                    .map(Responder.Reply::generation)
                    .toList());
        }
        return new StrengthVariants(model, options, vector, scale, pushes.get(0).layers())
                .answers(queries, pushes.stream().map(Push::strength).toList(), Math.max(prompts.size(), LEAST_ROWS));
    }

    private Responder responder(Push push) {
        return push.strength() == 0
                ? ConstantSteering.none(model, options)
                : ConstantSteering.of(
                        model, options, ConstantSteering.Operation.ADD, vector, scale, push.strength(), push.layers());
    }

    @Override
    public int divergenceRows(int longest) {
        return Divergence.rows(longest, model.manifest().vocabulary());
    }

    @Override
    public List<List<TokenSum>> divergences(List<String> prompts, List<Generation> answers, List<Push> pushes) {
        List<Query> queries = queries(prompts);
        List<int[]> texts = answers.stream()
                .map(answer -> answer.tokens().stream()
                        .mapToInt(Objects::requireNonNull)
                        .toArray())
                .toList();
        List<List<float[]>> reference = Divergence.reference(responder(Push.NONE), queries, texts);
        return pushes.stream()
                .map(push -> Divergence.sums(responder(push), queries, texts, reference))
                .toList();
    }
}
