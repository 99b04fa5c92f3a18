package dev.steering.cli.demo;

import dev.steering.apply.AddedPrompt;
import dev.steering.apply.Method;
import dev.steering.apply.MethodName;
import dev.steering.apply.MethodSettings;
import dev.steering.apply.Methods;
import dev.steering.cli.evaluation.Evaluation;
import dev.steering.cli.evaluation.Fingerprints;
import dev.steering.cli.evaluation.OutputDirectory;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.dataset.PromptSet;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every method on the held-out prompts: what {@code steer eval} does, with the settings that the demo has chosen.
 *
 * @param evaluation what was asked
 * @param outcome what came of it
 */
record HeldOut(Evaluation evaluation, Evaluation.Outcome outcome) {
    private static final int TOKENS = 40;
    private static final int BATCH = 64;
    private static final String JUDGE = "scans";

    /**
     * One prompt before and after.
     *
     * @param prompt the prompt
     * @param before without steering
     * @param after with SCANS
     */
    record BeforeAfter(String prompt, Generation before, Generation after) {}

    static HeldOut measure(
            Path directory,
            ChatModel model,
            SteeringVector vector,
            String systemPrompt,
            List<PromptSet> sets,
            ProgressListener progress) {
        OutputDirectory.create(directory);
        Evaluation evaluation = new Evaluation(
                directory,
                model,
                null,
                Selection.ALL.of(sets),
                BATCH,
                ExchangeJudge.of(JUDGE + "'s list", new StringListJudge(RefusalRules.published(JUDGE))),
                progress);
        evaluation.startAgain();
        Methods methods = Methods.with(
                model,
                GenerationOptions.greedy(TOKENS),
                MethodSettings.defaults()
                        .withVector(vector)
                        .withPrompt(new AddedPrompt(systemPrompt, AddedPrompt.Placement.SYSTEM)));
        List<Method> compared = Stream.of(
                        MethodName.DEFAULT,
                        MethodName.PROMPT,
                        MethodName.SUBTRACT,
                        MethodName.SCANS,
                        MethodName.SELF_CD,
                        MethodName.RANDOM)
                .map(methods::create)
                .toList();
        Map<String, String> settings = new LinkedHashMap<>();
        Fingerprints.model(settings, model, null);
        settings.put("max-new-tokens", Integer.toString(TOKENS));
        Evaluation.Outcome outcome = evaluation.run(settings, compared);
        evaluation.write(outcome, compared, Map.of(), Map.of());
        return new HeldOut(evaluation, outcome);
    }

    EvalSummary summary() {
        return outcome.summary();
    }

    /** Scary but safe prompts that the model refused before and answers after. */
    List<BeforeAfter> examples(int count) {
        List<JudgedRow> before = rows(MethodName.DEFAULT);
        List<JudgedRow> after = rows(MethodName.SCANS);
        int[] changed = IntStream.range(0, before.size())
                .filter(i -> before.get(i).refusal() && !after.get(i).refusal())
                .toArray();
        int shown = Math.min(count, changed.length);
        return IntStream.range(0, shown)
                .map(i -> changed[i * changed.length / shown])
                .mapToObj(i -> new BeforeAfter(
                        before.get(i).answer().item().prompt(),
                        before.get(i).answer().generation(),
                        after.get(i).answer().generation()))
                .toList();
    }

    private List<JudgedRow> rows(MethodName method) {
        return outcome.rows().stream()
                .filter(row -> row.answer().method().equals(method.toString()))
                .filter(row -> row.answer().item().set().equals("safe"))
                .toList();
    }
}
