package dev.steering.eval;

import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.compare.Bootstrap;
import dev.steering.eval.compare.Contestant;
import dev.steering.eval.compare.MethodFigures;
import dev.steering.eval.compare.OtherJudge;
import dev.steering.eval.compare.PairedTest;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.JudgedRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the figures of a comparison of its answers.
 *
 * @param settings how it was done
 * @param curves the curves and choices
 * @param attacks the test sets that are jailbreaks
 * @param redrawn what was drawn again
 */
record ComparedFigures(
        ComparisonSettings settings, ComparedCurves curves, Set<String> attacks, RedrawnMethods redrawn) {
    ComparisonResult result(
            Path directory,
            EvaluationResult test,
            Map<String, Integer> contexts,
            Map<String, List<CapabilityScore>> capability,
            @Nullable EvaluationResult again,
            List<String> notes) {
        Map<String, SplitFigures> figures = figures(test.rows());
        List<MethodFigures> methods = new ArrayList<>();
        for (Contestant contestant : curves.contestants()) {
            String name = contestant.name();
            methods.add(new MethodFigures(
                    contestant,
                    Objects.requireNonNull(test.methods().get(name)),
                    Objects.requireNonNull(contexts.get(name)),
                    curves.curve(contestant),
                    curves.choice(contestant),
                    Objects.requireNonNull(figures.get(name)),
                    test.utilities().get(name),
                    capability.getOrDefault(name, List.of()),
                    redrawn.spread(contestant, again)));
        }
        return new ComparisonResult(
                directory, settings, curves.target(), methods, PairedTest.of(figures), judges(test), test, notes);
    }

    private Map<String, SplitFigures> figures(List<JudgedRow> rows) {
        Bootstrap bootstrap = ComparedCurves.bootstrap(rows, settings);
        Map<String, SplitFigures> figures = new LinkedHashMap<>();
        ComparedCurves.byMethod(rows)
                .forEach((method, ofMethod) -> figures.put(method, SplitFigures.of(ofMethod, attacks, bootstrap)));
        return figures;
    }

    private List<OtherJudge> judges(EvaluationResult test) {
        List<AnswerRow> answers = test.rows().stream().map(JudgedRow::answer).toList();
        List<OtherJudge> others = new ArrayList<>();
        for (ExchangeJudge judge : settings.otherJudges()) {
            List<JudgedRow> rows =
                    JudgedRow.judge(answers, judge, settings.options().progress());
            others.add(new OtherJudge(judge.name(), kappa(test.rows(), rows), figures(rows)));
        }
        return others;
    }

    /** Cohen's kappa: agreement beyond what shares of refusals alone would make. */
    private static double kappa(List<JudgedRow> first, List<JudgedRow> second) {
        double n = first.size();
        int same = 0;
        int ours = 0;
        int theirs = 0;
        for (int i = 0; i < first.size(); i++) {
            boolean a = first.get(i).refusal();
            boolean b = second.get(i).refusal();
            same += a == b ? 1 : 0;
            ours += a ? 1 : 0;
            theirs += b ? 1 : 0;
        }
        double chance = (ours / n) * (theirs / n) + (1 - ours / n) * (1 - theirs / n);
        return (same / n - chance) / (1 - chance);
    }
}
