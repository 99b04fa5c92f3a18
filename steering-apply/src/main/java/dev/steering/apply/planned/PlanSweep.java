package dev.steering.apply.planned;

import dev.steering.apply.Decision;
import dev.steering.apply.Query;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.core.BadRequest;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Several plans on one model, such as one per strength, whose answers are written with one prefill: a prompt is read once, what is held
 * of it is copied for each plan, and the texts go on as rows of the same batches, every row with its own coefficients. Gates, as SCANS's
 * classification, are asked in the pass that reads the prompt, once for all plans.
 *
 * <pre>{@code
 * List<SteeringPlan> plans = strengths.stream()
 *         .map(alpha -> Scans.plan(reference, settings.withStrength(alpha, settings.scale())))
 *         .toList();
 * PlanSweep sweep = PlanSweep.of(model, plans, PlanVectors.of(vector));
 * Answering.with(model).write(sweep.drafts(queries, (text, decisions) -> {}), 1, TokenListener.NONE, done);
 * }</pre>
 *
 * <p>Sharing is exact where no step of any plan acts before a prompt's last token: what is read of the
 * prompt then does not depend on the plan. Steering on earlier prompt tokens changes what is read of the prompt, so those plans
 * read it on their own, except for prompts that are steered in the same way up to their last token (not at all, say).
 *
 * <p>Steps that differ in their strength only share their direction: eight strengths cost a row no more than one does. Where some
 * plans project or keep norms, all rows run in the graph that can, where the others have zero coefficients.
 *
 * <p>Every text is the one that {@link PlannedMethod} gives with that plan alone, up to what floating-point results depend on the
 * size of a batch. Sampling draws different numbers for every text. Immutable and thread-safe.
 */
public final class PlanSweep {
    private final List<SteeringPlan> plans;
    private final PlanVariants variants;
    private final PromptGates gates;
    private final PlannedSteering planned;

    private PlanSweep(List<SteeringPlan> plans, PlanVariants variants, PromptGates gates, PlannedSteering planned) {
        this.plans = plans;
        this.variants = variants;
        this.gates = gates;
        this.planned = planned;
    }

    /**
     * @param model the model
     * @param plans what to do, at least one plan
     * @param vectors the vectors that the plans name
     * @return the plans on that model
     * @throws dev.steering.core.SteeringException if there is no plan, a vector is not there or not of the model's size, or a layer
     *     is out of range
     */
    public static PlanSweep of(ChatModel model, List<SteeringPlan> plans, PlanVectors vectors) {
        PlanVariants variants = new PlanVariants(plans);
        return new PlanSweep(
                List.copyOf(plans),
                variants,
                PromptGates.of(model, variants.together(), vectors),
                PlannedSteering.of(model.manifest(), variants.together(), vectors));
    }

    /** @return what it compares */
    public List<SteeringPlan> plans() {
        return plans;
    }

    /** Whether no gate has to be asked. */
    boolean isOpen() {
        return gates.isOpen();
    }

    /** Is told what the gates say of a text's prompt. */
    @FunctionalInterface
    public interface Decided {
        /**
         * @param text number of the text
         * @param decisions of its plan's gates, in their order
         */
        void accept(int text, List<Decision> decisions);
    }

    /**
     * @param queries what to answer
     * @param decided told what the gates say; not told for plans without any
     * @return one text for every query and plan, with the number {@code query * plans + plan}
     */
    public List<Draft> drafts(List<Query> queries, Decided decided) {
        List<Draft> drafts = new ArrayList<>();
        for (Query query : queries) {
            for (int plan = 0; plan < variants.count(); plan++) {
                int text = drafts.size();
                drafts.add(draft(text, query, plan, decisions -> decided.accept(text, decisions)));
            }
        }
        return drafts;
    }

    Draft draft(int index, Query query, int plan, Consumer<List<Decision>> decided) {
        int[] prompt = query.tokens();
        if (gates.isOpen()) {
            return Draft.of(index, prompt, planned.steering(prompt, variants.factors(plan, gates.open())));
        }
        if (query.isPlainText()) {
            throw new BadRequest(
                    "A plan with gates decides about conversations: it needs the messages, and was given tokens only.");
        }
        gates.requireFits(prompt);
        return Draft.probed(
                index,
                prompt,
                gates,
                found -> {
                    PromptGates.Verdict verdict = (PromptGates.Verdict) found;
                    decided.accept(variants.decisions(plan, verdict.decisions()));
                    return planned.steering(prompt, variants.factors(plan, verdict.factors()));
                },
                planned.sparesPrompts());
    }
}
