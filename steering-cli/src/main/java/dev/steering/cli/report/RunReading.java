package dev.steering.cli.report;

import dev.steering.core.BadFile;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.metrics.McNemar;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.run.RelativeCost;
import dev.steering.eval.saved.SavedAnswer;
import dev.steering.eval.saved.SavedCost;
import dev.steering.eval.saved.SavedCosts;
import dev.steering.eval.saved.SavedDivergences;
import dev.steering.eval.saved.SavedRun;
import dev.steering.eval.utility.TokenMean;
import dev.steering.viz.page.MeasuredCost;
import dev.steering.viz.page.ReportedRun;
import dev.steering.viz.page.ReportedRun.Answer;
import dev.steering.viz.page.ReportedRun.Asked;
import dev.steering.viz.page.ReportedRun.AskedSet;
import dev.steering.viz.page.ReportedRun.Decisions;
import dev.steering.viz.page.ReportedRun.Divergence;
import dev.steering.viz.page.ReportedRun.Fact;
import dev.steering.viz.page.ReportedRun.Rate;
import dev.steering.viz.page.ReportedRun.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers on the disk as a report shows them: sets, methods with their strengths, rates, paired tests. */
final class RunReading {
    /** As a comparison names a strength of a method: {@code scans alpha=0.25}. */
    private static final Pattern COMPARED = Pattern.compile("(.+) ([a-z0-9-]+)=(-?[0-9.]+(?:E-?[0-9]+)?)");

    /** As a sweep names a push: {@code 3-4:-0.75}. */
    private static final Pattern SWEPT = Pattern.compile("([0-9]+(?:[-,][0-9]+)*):([+-][0-9.]+(?:E-?[0-9]+)?)");

    private final SavedRun run;
    private final Map<String, SavedCost> costs;
    private final Map<String, Integer> sets = new LinkedHashMap<>();
    private final List<AskedSet> asked = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final List<Asked> prompts = new ArrayList<>();

    private RunReading(SavedRun run) {
        this.run = run;
        this.costs = SavedCosts.of(run);
    }

    /** What a run is called and what is in it. */
    static ReportedRun of(String name, SavedRun run) {
        return new RunReading(run).read(name);
    }

    private ReportedRun read(String name) {
        Map<String, List<SavedAnswer>> methods = new LinkedHashMap<>();
        run.answers().forEach(answer -> methods.computeIfAbsent(answer.method(), key -> new ArrayList<>())
                .add(answer));
        List<SavedAnswer> first = methods.values().iterator().next();
        first.forEach(this::add);
        List<Variant> variants = new ArrayList<>();
        List<SavedAnswer> unsteered = first;
        Map<String, TokenMean> divergences = SavedDivergences.read(run.directory());
        methods.replaceAll(this::inOrder);
        methods.forEach((method, answers) -> variants.add(variant(method, answers, unsteered, variants.isEmpty())
                .withDivergence(divergence(divergences.get(method)))
                .withCost(cost(method))));
        if (variants.stream().allMatch(variant -> variant.strength() == null)) {
            compare(variants, methods);
        }
        List<Fact> facts = new ArrayList<>();
        run.settings().forEach((key, value) -> {
            if (!key.equals("judge") && !key.equals("model")) {
                facts.add(new Fact(key, value));
            }
        });
        return new ReportedRun(name, model(), run.judge(), facts, asked, prompts, variants, run.command());
    }

    /** Each method with each other, as {@link McNemar} says: a best one may be no better than the next. */
    private void compare(List<Variant> variants, Map<String, List<SavedAnswer>> methods) {
        Map<String, List<Boolean>> right = new LinkedHashMap<>();
        methods.forEach((method, answers) ->
                right.put(method, answers.stream().map(SavedAnswer::right).toList()));
        variants.replaceAll(variant -> {
            Map<String, Double> others = new LinkedHashMap<>();
            right.forEach((method, theirs) -> {
                if (!method.equals(variant.label())) {
                    others.put(
                            method,
                            McNemar.of(theirs, Objects.requireNonNull(right.get(variant.label())))
                                    .pValue());
                }
            });
            return variant.withOthers(others);
        });
    }

    /** Its name; the fingerprint behind it is among the facts of vectors. */
    private String model() {
        String stated = run.settings().getOrDefault("model", "unknown");
        int space = stated.lastIndexOf(' ');
        return space < 0 ? stated : stated.substring(0, space);
    }

    private static String key(SavedAnswer answer) {
        return answer.row() + " " + answer.set();
    }

    private void add(SavedAnswer answer) {
        int set = sets.computeIfAbsent(answer.set(), name -> {
            asked.add(new AskedSet(name, answer.expectation() == Expectation.REFUSE));
            return asked.size() - 1;
        });
        places.put(key(answer), prompts.size());
        prompts.add(new Asked(set, answer.prompt(), answer.frame()));
    }

    private List<SavedAnswer> inOrder(String method, List<SavedAnswer> answers) {
        SavedAnswer[] ordered = new SavedAnswer[prompts.size()];
        int found = 0;
        for (SavedAnswer answer : answers) {
            Integer place = places.get(key(answer));
            if (place != null && ordered[place] == null) {
                ordered[place] = answer;
                found++;
            }
        }
        if (found != prompts.size() || answers.size() != found) {
            throw new BadFile(run.directory() + " holds " + answers.size() + " answers of '" + method
                    + "', expected one to each of " + prompts.size() + " prompts. Let the run come to its end first.");
        }
        return List.of(ordered);
    }

    private Variant variant(String method, List<SavedAnswer> answers, List<SavedAnswer> unsteered, boolean isFirst) {
        List<Rate> rates = new ArrayList<>();
        for (int set = 0; set < asked.size(); set++) {
            rates.add(rate(answers, set));
        }
        List<Answer> shown = answers.stream()
                .map(answer -> new Answer(answer.text(), answer.verdict(), answer.refusal(), answer.right()))
                .toList();
        String plan = answers.get(0).plan();
        Matcher compared = COMPARED.matcher(method);
        Matcher swept = SWEPT.matcher(method);
        if (compared.matches()) {
            String family = compared.group(1);
            return new Variant(
                    family + ", " + compared.group(2) + " " + compared.group(3),
                    family,
                    Double.valueOf(compared.group(3)),
                    plan,
                    rates,
                    decisions(answers, unsteered, isFirst),
                    shown);
        }
        if (swept.matches()) {
            String family = "layers " + swept.group(1);
            return new Variant(
                    family + ", strength " + swept.group(2),
                    family,
                    Double.valueOf(swept.group(2)),
                    plan,
                    rates,
                    decisions(answers, unsteered, isFirst),
                    shown);
        }
        return new Variant(method, method, null, plan, rates, decisions(answers, unsteered, isFirst), shown);
    }

    private MeasuredCost cost(String method) {
        SavedCost cost = costs.get(method);
        if (cost == null) {
            return MeasuredCost.NONE;
        }
        return new MeasuredCost(
                cost.perplexity(),
                median(cost.alone()),
                median(cost.together()),
                cost.seconds(),
                cost.capability().stream()
                        .map(score ->
                                new MeasuredCost.Capability(score.task(), score.metric(), score.value(), score.n()))
                        .toList());
    }

    private static @Nullable Double median(@Nullable RelativeCost cost) {
        return cost == null ? null : (Double) cost.median();
    }

    private static @Nullable Divergence divergence(@Nullable TokenMean mean) {
        return mean == null ? null : new Divergence(mean.value(), mean.low(), mean.high());
    }

    private Rate rate(List<SavedAnswer> answers, int set) {
        int refused = 0;
        int n = 0;
        int broken = 0;
        for (int i = 0; i < answers.size(); i++) {
            if (prompts.get(i).set() == set) {
                n++;
                refused += answers.get(i).refusal() ? 1 : 0;
                broken += answers.get(i).broken() ? 1 : 0;
            }
        }
        WilsonInterval interval = WilsonInterval.of(refused, n);
        return new Rate(refused, n, interval.low(), interval.high(), broken);
    }

    private static Decisions decisions(List<SavedAnswer> answers, List<SavedAnswer> unsteered, boolean isFirst) {
        List<Boolean> ours = answers.stream().map(SavedAnswer::right).toList();
        int right = (int) ours.stream().filter(Boolean::booleanValue).count();
        WilsonInterval interval = WilsonInterval.of(right, ours.size());
        List<Boolean> theirs = unsteered.stream().map(SavedAnswer::right).toList();
        Double p = isFirst ? null : (Double) McNemar.of(theirs, ours).pValue();
        return new Decisions(right, ours.size(), interval.low(), interval.high(), p);
    }
}
