package dev.steering.apply;

import dev.steering.apply.Responder.Reply;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeLoop;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.pass.LengthBatches;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Answers every prompt under several plans, such as one per strength, with one prefill: a prompt is read once, what is held of it is
 * copied for each plan, and the texts go on as rows of the same batches, every row with its own coefficients. Gates, as SCANS's
 * classification, are asked in the pass that reads the prompt, once for all plans.
 *
 * <pre>{@code
 * List<SteeringPlan> plans = strengths.stream()
 *         .map(alpha -> Scans.plan(reference, settings.withStrength(alpha, settings.scale())))
 *         .toList();
 * PlanSweep sweep = new PlanSweep(model, options, plans, PlanVectors.of(vector));
 * List<List<Reply>> replies = sweep.replies(queries, 64); // [plans][queries]
 * }</pre>
 *
 * <p>Sharing is exact where no step of any plan acts before a prompt's last token: what is read of the
 * prompt then does not depend on the plan. Steering on earlier prompt tokens changes what is read of the prompt, so those plans
 * read it on their own, except for prompts that are steered in the same way up to their last token (not at all, say).
 *
 * <p>Steps that differ in their strength only share their direction: eight strengths cost a row no more than one does. Where some
 * plans project or keep norms, all rows run in the graph that can, where the others have zero coefficients.
 *
 * <p>Every reply is the one that {@link PlanSteering} gives with that plan alone, up to what floating-point results depend on the
 * size of a batch. Sampling draws different numbers for every text. Immutable and thread-safe.
 */
public final class PlanSweep {
    private final ChatModel model;
    private final Generator generator;
    private final List<SteeringPlan> plans;
    private final PlanVariants variants;
    private final PromptGates gates;
    private final PlannedSteering planned;

    /**
     * @param model the model
     * @param options how to write
     * @param plans what to do, at least one plan
     * @param vectors the vectors that the plans name
     * @throws dev.steering.core.SteeringException if there is no plan, a vector is not there or not of the model's size, or a layer
     *     is out of range
     */
    public PlanSweep(ChatModel model, GenerationOptions options, List<SteeringPlan> plans, PlanVectors vectors) {
        this.model = model;
        this.generator = new Generator(model, options);
        this.plans = List.copyOf(plans);
        this.variants = new PlanVariants(plans);
        this.gates = PromptGates.of(model, variants.together(), vectors);
        this.planned = PlannedSteering.of(model.manifest(), variants.together(), vectors);
    }

    /** @return what it compares */
    public List<SteeringPlan> plans() {
        return plans;
    }

    PromptGates gates() {
        return gates;
    }

    PlannedSteering planned() {
        return planned;
    }

    /**
     * @param queries what to answer
     * @param rows most texts that are written at once, at least 1
     * @return the replies, {@code [plans][queries]}
     */
    public List<List<Reply>> replies(List<Query> queries, int rows) {
        Reply[][] replies = new Reply[variants.count()][queries.size()];
        replyAll(
                queries,
                rows,
                TokenListener.NONE,
                (reply, text) -> replies[text % variants.count()][text / variants.count()] = reply);
        return Stream.of(replies).map(List::of).toList();
    }

    /**
     * The same, handing over the replies one by one. In which order depends on the queries, the plans and the number of rows only.
     *
     * @param queries what to answer
     * @param rows most texts that are written at once, at least 1
     * @param listener hears the texts; text {@code query * plans + plan}
     * @param done told every reply with the number of its text, as soon as it is complete
     */
    public void replyAll(List<Query> queries, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        List<int[]> prompts = queries.stream().map(Query::tokens).toList();
        if (!gates.isOpen() && planned.sparesPrompts()) {
            afterOnePass(prompts, rows, listener, done);
        } else {
            afterDecisions(prompts, rows, listener, done);
        }
    }

    /** Gates are asked when a prompt's turn comes, in the pass that reads it. */
    private void afterOnePass(List<int[]> prompts, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        try (GatedPrefill prefill = new GatedPrefill(model, prompts, gates, planned, variants)) {
            new DecodeLoop(model, generator.options(), rows)
                    .run(
                            prefill,
                            generator.capacity(prompts, 0),
                            listener,
                            (text, i) -> done.accept(new Reply(text, prefill.decision(i)), i));
        }
    }

    /** Gates, if there are any, are asked first; {@link Generator#generateAll} finds out what prompts can be read together. */
    private void afterDecisions(List<int[]> prompts, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        Draft[] drafts = new Draft[prompts.size() * variants.count()];
        Decision[] decisions = new Decision[drafts.length];
        int[] lengths = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
        for (int[] batch : LengthBatches.of(lengths, rows)) {
            List<int[]> together = IntStream.of(batch).mapToObj(prompts::get).toList();
            PromptGates.Verdicts verdicts = gates.isOpen()
                    ? null
                    : gates.verdicts(together, model.model().forward(gates.request(together)));
            for (int row = 0; row < batch.length; row++) {
                for (int variant = 0; variant < variants.count(); variant++) {
                    int text = batch[row] * variants.count() + variant;
                    float[] factors = verdicts == null ? gates.open() : verdicts.factors()[row];
                    drafts[text] = new Draft(
                            text,
                            together.get(row),
                            planned.steering(together.get(row), variants.factors(variant, factors)));
                    decisions[text] = verdicts == null
                            ? null
                            : variants.decision(variant, verdicts.decisions().get(row));
                }
            }
        }
        generator.generateAll(
                List.of(drafts), rows, listener, (text, i) -> done.accept(new Reply(text, decisions[i]), i));
    }
}
