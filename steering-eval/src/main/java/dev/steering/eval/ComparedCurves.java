package dev.steering.eval;

import dev.steering.apply.Method;
import dev.steering.eval.compare.Bootstrap;
import dev.steering.eval.compare.Contestant;
import dev.steering.eval.compare.CurvePoint;
import dev.steering.eval.compare.MatchedRefusal;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.chat.ChatModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The curves of a comparison and what was chosen of them. Immutable.
 *
 * @param contestants the methods, the unsteered model first
 * @param target share of harmful prompts that has to be refused
 * @param curves every method's curve, by name
 * @param choices every method's operating point, by name
 */
public record ComparedCurves(
        List<Contestant> contestants,
        double target,
        Map<String, List<CurvePoint>> curves,
        Map<String, MatchedRefusal.Choice> choices) {
    public ComparedCurves {
        contestants = List.copyOf(contestants);
        curves = Collections.unmodifiableMap(new LinkedHashMap<>(curves));
        choices = Collections.unmodifiableMap(new LinkedHashMap<>(choices));
    }

    static ComparedCurves of(
            List<Contestant> contestants, EvaluationResult tried, Set<String> attacks, ComparisonSettings settings) {
        Map<String, List<JudgedRow>> rows = byMethod(tried.rows());
        Bootstrap bootstrap = bootstrap(tried.rows(), settings);
        Map<String, List<CurvePoint>> curves = new LinkedHashMap<>();
        for (Contestant contestant : contestants) {
            List<CurvePoint> curve = new ArrayList<>();
            for (@Nullable Double point : contestant.points()) {
                curve.add(new CurvePoint(
                        point, SplitFigures.of(of(rows, contestant.variant(point)), attacks, bootstrap)));
            }
            curves.put(contestant.name(), curve);
        }
        double unsteered = curves.values()
                .iterator()
                .next()
                .get(0)
                .figures()
                .harmfulRefusal()
                .value();
        double target = settings.rule().target(unsteered);
        Map<String, MatchedRefusal.Choice> choices = new LinkedHashMap<>();
        curves.forEach((name, curve) -> choices.put(name, MatchedRefusal.choose(curve, target)));
        return new ComparedCurves(contestants, target, curves, choices);
    }

    /** Draws of the prompts that all methods were asked, in the order of the first one's answers. */
    static Bootstrap bootstrap(List<JudgedRow> rows, ComparisonSettings settings) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        String first = rows.get(0).answer().method();
        rows.stream()
                .filter(row -> row.answer().method().equals(first))
                .forEach(row -> sizes.merge(row.answer().item().set(), 1, Integer::sum));
        return Bootstrap.of(
                List.copyOf(sizes.values()),
                settings.draws().resamples(),
                settings.draws().seed());
    }

    static Map<String, List<JudgedRow>> byMethod(List<JudgedRow> rows) {
        Map<String, List<JudgedRow>> byMethod = new LinkedHashMap<>();
        rows.forEach(row -> byMethod.computeIfAbsent(row.answer().method(), method -> new ArrayList<>())
                .add(row));
        return byMethod;
    }

    static List<JudgedRow> of(Map<String, List<JudgedRow>> rows, String method) {
        return Objects.requireNonNull(rows.get(method), method);
    }

    /**
     * @param contestant one of the methods
     * @return its strengths on the development prompts, ascending
     */
    public List<CurvePoint> curve(Contestant contestant) {
        return Objects.requireNonNull(curves.get(contestant.name()), contestant.name());
    }

    /**
     * @param contestant one of the methods
     * @return the strength that it is judged by
     */
    public MatchedRefusal.Choice choice(Contestant contestant) {
        return Objects.requireNonNull(choices.get(contestant.name()), contestant.name());
    }

    /** Every method at its operating point, under its own name. */
    List<Method> chosen(ChatModel model) {
        return contestants.stream()
                .map(contestant ->
                        contestant.bind(model, choice(contestant).point().strength(), contestant.name()))
                .toList();
    }

    Map<String, Integer> contexts(ChatModel model) {
        Map<String, Integer> contexts = new LinkedHashMap<>();
        chosen(model).forEach(method -> contexts.put(method.name(), method.contexts()));
        return contexts;
    }
}
