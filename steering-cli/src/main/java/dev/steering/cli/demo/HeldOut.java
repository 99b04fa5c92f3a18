package dev.steering.cli.demo;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.ConstantSteering;
import dev.steering.apply.Responder;
import dev.steering.apply.Scans;
import dev.steering.apply.ScansSettings;
import dev.steering.core.ProgressListener;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.dataset.PromptSet;
import dev.steering.eval.judge.RefusalJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.report.ResultsTable;
import dev.steering.viz.Chart;
import dev.steering.viz.RateChart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Answers of every method to the held-out prompts, and what came of them. */
final class HeldOut {
    private static final GenerationOptions OPTIONS = GenerationOptions.greedy(40);

    private final Map<String, Map<String, List<Answer>>> answers = new LinkedHashMap<>();
    private final RefusalJudge judge = new StringListJudge(RefusalRules.published("scans"));
    private final List<PromptSet> sets;
    private final String modelName;

    private HeldOut(List<PromptSet> sets, String modelName) {
        this.sets = sets;
        this.modelName = modelName;
    }

    /**
     * What one prompt got before and after.
     *
     * @param before without steering
     * @param after with SCANS
     */
    record BeforeAfter(Answer before, Answer after) {}

    static HeldOut measure(
            ChatModel model,
            SteeringVector vector,
            String systemPrompt,
            List<PromptSet> sets,
            ProgressListener progress) {
        HeldOut heldOut = new HeldOut(sets, model.manifest().name());
        ScansSettings settings = ScansSettings.of(vector);
        Answering plain = Answering.with(model).withBatch(64);
        Responder none = ConstantSteering.none(model, OPTIONS);
        Responder subtract = ConstantSteering.of(
                model,
                OPTIONS,
                ConstantSteering.Operation.SUBTRACT,
                vector,
                settings.scale(),
                settings.alpha(),
                settings.steeringLayers());
        heldOut.run("default", plain, none, progress);
        heldOut.run("prompt", plain.withSystem(systemPrompt), none, progress);
        heldOut.run("subtract", plain, subtract, progress);
        heldOut.run("scans", plain, new Scans(model, OPTIONS, vector, settings), progress);
        return heldOut;
    }

    private void run(String method, Answering answering, Responder responder, ProgressListener progress) {
        Map<String, List<Answer>> bySet = new LinkedHashMap<>();
        int total = sets.stream().mapToInt(set -> set.prompts().size()).sum();
        int before = 0;
        for (PromptSet set : sets) {
            int offset = before;
            Answering counted =
                    answering.withProgress((stage, done, n) -> progress.onProgress("held-out, " + method, offset + done, total));
            bySet.put(set.name(), counted.answer(set.prompts(), responder));
            before += set.prompts().size();
        }
        answers.put(method, bySet);
    }

    ResultsTable table() {
        ResultsTable.Builder table = ResultsTable.builder();
        sets.forEach(set -> table.set(set.name(), set.expectation()));
        answers.keySet().forEach(method -> table.method(method, rates(method)));
        return table.build();
    }

    Chart chart() {
        List<RateChart.Series> series = new ArrayList<>();
        for (String method : answers.keySet()) {
            Map<String, RateChart.Rate> rates = new LinkedHashMap<>();
            rates(method).forEach((set, rate) -> {
                WilsonInterval interval = rate.interval();
                rates.put(label(set), new RateChart.Rate(rate.refused(), rate.n(), interval.low(), interval.high()));
            });
            series.add(new RateChart.Series(method, rates));
        }
        return RateChart.of(
                "Both sides of safety: what is refused",
                modelName + ", held-out prompts",
                "Wilson 95 % intervals; lower is better on the left, higher in the middle",
                series);
    }

    /** Scary but safe prompts that the model refused before and answers after. */
    List<BeforeAfter> examples(int count) {
        List<Answer> before = answers("default", "safe");
        List<Answer> after = answers("scans", "safe");
        int[] changed = IntStream.range(0, before.size())
                .filter(i -> judge.isRefusal(before.get(i).text())
                        && !judge.isRefusal(after.get(i).text()))
                .toArray();
        return IntStream.range(0, Math.min(count, changed.length))
                .map(i -> changed[i * changed.length / count])
                .mapToObj(i -> new BeforeAfter(before.get(i), after.get(i)))
                .toList();
    }

    private Map<String, Rate> rates(String method) {
        Map<String, Rate> rates = new LinkedHashMap<>();
        for (PromptSet set : sets) {
            rates.put(
                    set.name(),
                    Rate.of(answers(method, set.name()).stream()
                            .map(answer -> judge.isRefusal(answer.text()))
                            .toList()));
        }
        return rates;
    }

    private List<Answer> answers(String method, String set) {
        return answers.getOrDefault(method, Map.of()).getOrDefault(set, List.of());
    }

    private static String label(String set) {
        return switch (set) {
            case "safe" -> "over-refusal (safe)";
            case "harmful" -> "harmful refused";
            default -> "plain refused";
        };
    }
}
