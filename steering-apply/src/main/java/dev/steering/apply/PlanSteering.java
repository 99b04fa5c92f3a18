package dev.steering.apply;

import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.KeyValueCache;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers as a {@link SteeringPlan} says.
 *
 * <p>A plan without gates costs nothing beside the steering itself. Gates cost one unsteered pass over each prompt, of which the
 * cache is kept where no step acts before the prompt's last token: then a single token per prompt is run again, now steered.
 *
 * <p>Immutable and thread-safe.
 */
public final class PlanSteering implements Responder {
    private final ChatModel model;
    private final Generator generator;
    private final SteeringPlan plan;
    private final PromptGates gates;
    private final PlannedSteering planned;
    private final PlanSweep sweep;

    /**
     * @param model the model
     * @param options how to write
     * @param plan what to do
     * @param vectors the vectors that the plan names
     * @throws dev.steering.core.SteeringException if a vector is not there or not of the model's size, or a layer is out of range
     */
    public PlanSteering(ChatModel model, GenerationOptions options, SteeringPlan plan, PlanVectors vectors) {
        this.model = model;
        this.generator = new Generator(model, options);
        this.plan = plan;
        this.sweep = new PlanSweep(model, options, List.of(plan), vectors);
        this.planned = sweep.planned();
        this.gates = sweep.gates();
    }

    /** @return what it does */
    public SteeringPlan plan() {
        return plan;
    }

    /**
     * @param prompts token ids of every row
     * @return what the gates say of each, without answering; empty lists for plans without gates
     */
    public List<List<Decision>> decide(List<int[]> prompts) {
        return gates.isOpen()
                ? prompts.stream().map(prompt -> List.<Decision>of()).toList()
                : verdicts(prompts).decisions();
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        List<int[]> prompts = queries.stream().map(Query::tokens).toList();
        if (gates.isOpen()) {
            float[][] ones = PromptGates.ones(prompts.size(), plan.steps().size());
            return replies(generator.generate(prompts, planned.steering(prompts, ones), listener), null);
        }
        return planned.sparesPrompts() ? reusingTheCache(prompts, listener) : twice(prompts, listener);
    }

    /** Gates read a prompt's states against those of prompts; a plan without gates does the same to any text. */
    @Override
    public boolean readsPlainText() {
        return gates.isOpen();
    }

    /** Gates and answer from one cache: what the gates read before the last prompt token is as unsteered as it has to be. */
    private List<Reply> reusingTheCache(List<int[]> prompts, TokenListener listener) {
        try (KeyValueCache cache = generator.newCache(prompts, gates.extraTokens())) {
            PromptGates.Verdicts verdicts =
                    gates.verdicts(prompts, model.model().forward(gates.request(prompts), cache));
            for (int row = 0; row < prompts.size(); row++) {
                cache.rewind(row, prompts.get(row).length - 1);
            }
            return replies(
                    generator.generate(prompts, cache, planned.steering(prompts, verdicts.factors()), listener),
                    verdicts);
        }
    }

    private List<Reply> twice(List<int[]> prompts, TokenListener listener) {
        PromptGates.Verdicts verdicts = verdicts(prompts);
        return replies(generator.generate(prompts, planned.steering(prompts, verdicts.factors()), listener), verdicts);
    }

    /** Waiting prompts take the places of rows that are done; gates are asked when a prompt's turn comes. */
    @Override
    public void replyAll(List<Query> queries, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        sweep.replyAll(queries, rows, listener, done);
    }

    private PromptGates.Verdicts verdicts(List<int[]> prompts) {
        return gates.verdicts(prompts, model.model().forward(gates.request(prompts)));
    }

    private static List<Reply> replies(List<Generation> texts, PromptGates.@Nullable Verdicts verdicts) {
        List<Reply> replies = new ArrayList<>();
        for (int row = 0; row < texts.size(); row++) {
            Decision decision =
                    verdicts == null ? null : verdicts.decisions().get(row).get(0);
            replies.add(new Reply(texts.get(row), decision));
        }
        return replies;
    }
}
