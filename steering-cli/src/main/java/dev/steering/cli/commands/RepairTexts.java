package dev.steering.cli.commands;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.cli.json.VectorRepairJson.Counts;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.judge.Verdict;
import dev.steering.extract.repair.RepairedVector;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the model writes to the prompts of a repair, and how often it refuses. */
final class RepairTexts {
    private static final int HELD_OUT = 5;

    private final ChatModel model;
    private final Answering answering;
    private final StringListJudge judge = new StringListJudge(RefusalRules.published("scans"));

    RepairTexts(ChatModel model, int tokens) {
        this.model = model;
        this.answering = Answering.with(model)
                .withOptions(GenerationOptions.greedy(tokens))
                .withProgress(ProgressBar.onTerminal());
    }

    /**
     * Prompts to repair with and others to count on.
     *
     * @param all both together
     * @param learnt to repair with
     * @param counted every fifth of each class
     */
    record Split(ContrastSet all, ContrastSet learnt, ContrastSet counted) {}

    static Split split(ContrastSet all) {
        if (all.harmful().size() < HELD_OUT || all.harmless().size() < HELD_OUT) {
            throw new BadRequest(
                    "A repair keeps every " + HELD_OUT + "th prompt to count on: it needs at least " + HELD_OUT
                            + " of each class, found " + all.harmful().size() + " harmful and "
                            + all.harmless().size()
                            + " harmless ones.");
        }
        return new Split(
                all,
                new ContrastSet(part(all.harmful(), false), part(all.harmless(), false)),
                new ContrastSet(part(all.harmful(), true), part(all.harmless(), true)));
    }

    private static List<String> part(List<String> all, boolean heldOut) {
        List<String> part = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (((i + 1) % HELD_OUT == 0) == heldOut) {
                part.add(all.get(i));
            }
        }
        return part;
    }

    /** The model's own refusals of harmful prompts; nothing else that it writes to them. */
    Map<String, String> refusals(List<String> prompts) {
        Map<String, String> refusals = new LinkedHashMap<>();
        for (Answer answer : answering.answer(prompts, method(null, null))) {
            if (verdict(answer) == Verdict.REFUSED) {
                refusals.put(answer.prompt(), answer.text());
            }
        }
        if (refusals.isEmpty()) {
            throw new BadRequest("The model refuses none of the " + prompts.size()
                    + " harmful prompts without the vector: there is no safety that could be repaired.");
        }
        return refusals;
    }

    /** What the vector makes of harmless prompts: answers that are not empty and do not repeat themselves. */
    Map<String, String> answers(List<String> prompts, SteeringVector vector, RepairedVector use) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (Answer answer : answering.answer(prompts, method(vector, use))) {
            Verdict verdict = verdict(answer);
            if (verdict == Verdict.REFUSED || verdict == Verdict.ANSWERED) {
                answers.put(answer.prompt(), answer.text());
            }
        }
        return answers;
    }

    Counts counts(String name, ContrastSet prompts, @Nullable SteeringVector vector, RepairedVector use) {
        Method method = method(vector, use);
        return new Counts(
                name,
                refused(prompts.harmful(), method),
                prompts.harmful().size(),
                refused(prompts.harmless(), method),
                prompts.harmless().size());
    }

    private int refused(List<String> prompts, Method method) {
        return (int) answering.answer(prompts, method).stream()
                .filter(answer -> judge.isRefusal(answer.text()))
                .count();
    }

    private Verdict verdict(Answer answer) {
        return Verdict.of(answer.text(), judge.isRefusal(answer.text()), false);
    }

    /** The vector added at the layers, raw, with the strength of the use; nothing without a vector. */
    private Method method(@Nullable SteeringVector vector, @Nullable RepairedVector use) {
        if (vector == null || use == null) {
            return MethodRegistry.get("default").bind(model, MethodArguments.NONE);
        }
        return MethodRegistry.get("add")
                .bind(
                        model,
                        MethodArguments.NONE
                                .withVector(vector)
                                .withStrength(use.alpha(), VectorScale.RAW)
                                .withLayers(use.layers()));
    }
}
