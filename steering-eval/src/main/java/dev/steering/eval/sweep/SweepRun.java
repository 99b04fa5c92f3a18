package dev.steering.eval.sweep;

import dev.steering.core.ProgressListener;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.EvalGroup;
import dev.steering.eval.run.EvalRun;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.decode.Generation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A sweep over its development prompts: has the model answer every prompt under every push, reads every prompt's score once, and
 * compares all settings by arithmetic on what it has. Everything that costs time is kept in the run's directory as soon as it is
 * there; a killed run goes on where it was, to the same bytes.
 *
 * @param directory the run's directory, claimed by its manifest
 * @param items the development prompts, both sides among them
 * @param batch most prompts at once
 * @param judge tells refusals
 * @param progress told how far it has come
 */
public record SweepRun(
        Path directory, List<EvalItem> items, int batch, ExchangeJudge judge, ProgressListener progress) {
    public SweepRun {
        items = List.copyOf(items);
    }

    /**
     * A sweep and what it is made of.
     *
     * @param result what came of it
     * @param outcomes what the prompts tell
     */
    public record Done(DevelopmentResult result, SweepOutcomes outcomes) {}

    /**
     * @param model the model with its vector
     * @param grid what to try
     * @param rule how to choose
     * @return what came of it
     * @throws dev.steering.core.SteeringException if the directory is in use or holds rows of other prompts
     */
    public Done run(SweepModel model, SweepGrid grid, OperatingRule rule) {
        List<EvalGroup> groups = PushGroup.of(model, grid);
        List<AnswerRow> answers = new EvalRun(directory, items, batch, progress).run(groups);
        List<JudgedRow> rows = JudgedRow.judge(answers, judge, progress);
        Map<String, String> plans = new LinkedHashMap<>();
        groups.forEach(group -> plans.putAll(group.plans()));
        JudgedRow.write(directory.resolve("results.jsonl"), rows, judge.name(), plans);
        List<double[]> cosines = new CosineRun(directory, items, batch, progress).run(model);
        SweepOutcomes outcomes = SweepOutcomes.of(items, cosines, rows);

        List<SettingFigures> all = outcomes.all(grid);
        List<SettingFigures> front = ParetoFront.of(all);
        Set<Push> pushes = new LinkedHashSet<>();
        List<SettingFigures> compared = new ArrayList<>(rule.good(all));
        compared.addAll(front);
        for (SettingFigures figures : compared) {
            pushes.add(figures.setting().push(Double.NEGATIVE_INFINITY));
            pushes.add(figures.setting().push(Double.POSITIVE_INFINITY));
        }
        List<Generation> unsteered = answers.stream()
                .filter(row -> row.method().equals(Push.NONE.name()))
                .map(AnswerRow::generation)
                .toList();
        SettingDivergence divergence = new DivergenceRun(directory, progress).run(model, outcomes, unsteered, pushes);
        OperatingRule.Choice choice = rule.choose(all, divergence::of);
        // The whole curve of the layers that were chosen: what more or less strength would cost there.
        List<Push> curve = all.stream()
                .map(SettingFigures::setting)
                .filter(setting ->
                        setting.layers().equals(choice.chosen().setting().layers()))
                .flatMap(setting ->
                        Stream.of(setting.push(Double.NEGATIVE_INFINITY), setting.push(Double.POSITIVE_INFINITY)))
                .distinct()
                .toList();
        SettingDivergence whole = new DivergenceRun(directory, progress).run(model, outcomes, unsteered, curve);
        DevelopmentResult result = new DevelopmentResult(
                grid, rule, outcomes.unsteered(), all, ParetoFront.leastIntrusive(front, whole::of), choice);
        return new Done(result, outcomes);
    }
}
