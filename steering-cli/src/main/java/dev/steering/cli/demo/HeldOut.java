package dev.steering.cli.demo;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.prompt.PromptDefinition;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.ComparedCurves;
import dev.steering.eval.Comparison;
import dev.steering.eval.ComparisonSettings;
import dev.steering.eval.Evaluation;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.MethodSource;
import dev.steering.eval.RunOptions;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Generation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every method on the held-out prompts: what {@code steer eval} does, with the settings that the demo has chosen.
 *
 * @param result what came of it
 */
record HeldOut(EvaluationResult result) {
    private static final int TOKENS = 40;

    /** A refusal shows in its first words. */
    private static final int FIRST_WORDS = 8;

    /** The first is what the others are compared with. */
    private static final List<String> COMPARED = List.of("default", "prompt", "subtract", "scans", "self-cd", "random");

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
            RunOptions options) {
        MethodArguments arguments = arguments(vector, systemPrompt);
        return new HeldOut(Evaluation.of(Selection.ALL.of(sets))
                .withMethods(MethodSource.named(arguments, COMPARED))
                .withWriting(GenerationOptions.greedy(TOKENS))
                .withOptions(options)
                .withDivergence()
                .runAnew(model, directory));
    }

    private static MethodArguments arguments(SteeringVector vector, String systemPrompt) {
        return MethodArguments.NONE
                .withVector(vector)
                .with(PromptDefinition.TEXT, new AddedPrompt(systemPrompt, AddedPrompt.Placement.SYSTEM));
    }

    /** What the same methods trade as they get stronger: what {@code steer compare} does first. */
    static ComparedCurves curves(
            Path directory,
            ChatModel model,
            SteeringVector vector,
            String systemPrompt,
            DemoPrompts prompts,
            RunOptions options) {
        return Comparison.of(prompts.curves(true), prompts.curves(false))
                .withMethods(COMPARED, arguments(vector, systemPrompt), Map.of())
                .withSettings(ComparisonSettings.defaults()
                        .withWriting(GenerationOptions.greedy(TOKENS), FIRST_WORDS)
                        .withOptions(options))
                .curvesAnew(model, directory);
    }

    /** Scary but safe prompts that the model refused before and answers after. */
    List<BeforeAfter> examples(int count) {
        List<JudgedRow> before = rows("default");
        List<JudgedRow> after = rows("scans");
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

    private List<JudgedRow> rows(String method) {
        return result.rows().stream()
                .filter(row -> row.answer().method().equals(method))
                .filter(row -> row.answer().item().set().equals("safe"))
                .toList();
    }
}
