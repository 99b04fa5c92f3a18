package dev.steering.eval.sweep;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.activation.Transition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What the development prompts tell about every setting, without a model: each prompt's cosines, and whether it was refused under
 * each push.
 *
 * <p>SCANS at strength alpha and threshold T answers a prompt as the push +alpha does if the prompt's score reaches T, otherwise as
 * -alpha does. The score depends on neither, so all settings follow from two answers per strength and set of steered layers.
 *
 * <p>Immutable and thread-safe.
 */
public final class SweepOutcomes {
    private final List<EvalItem> items;
    private final double[][] cosines;
    private final Map<String, List<JudgedRow>> answers = new LinkedHashMap<>();
    private final Map<String, int[]> sets = new LinkedHashMap<>();

    private SweepOutcomes(List<EvalItem> items, List<double[]> cosines) {
        this.items = List.copyOf(items);
        this.cosines = cosines.stream().map(double[]::clone).toArray(double[][]::new);
        Map<String, List<Integer>> bySet = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            bySet.computeIfAbsent(items.get(i).set(), set -> new ArrayList<>()).add(i);
        }
        bySet.forEach((set, indices) ->
                sets.put(set, indices.stream().mapToInt(Integer::intValue).toArray()));
    }

    /**
     * @param items the development prompts
     * @param cosines cosine of every prompt's transition at every layer, {@code [prompts][layers]}
     * @param rows verdicts on the answers of every push to every prompt; the prompts of each push in the order of the items
     * @return what they tell
     * @throws IllegalArgumentException if something is missing
     */
    public static SweepOutcomes of(List<EvalItem> items, List<double[]> cosines, List<JudgedRow> rows) {
        if (cosines.size() != items.size()) {
            throw new IllegalArgumentException(cosines.size() + " prompts have cosines, expected " + items.size());
        }
        SweepOutcomes outcomes = new SweepOutcomes(items, cosines);
        Map<String, List<JudgedRow>> byPush = new LinkedHashMap<>();
        rows.forEach(row -> byPush.computeIfAbsent(row.answer().method(), name -> new ArrayList<>())
                .add(row));
        byPush.forEach((name, ofPush) -> outcomes.answers.put(name, checked(name, ofPush, items)));
        return outcomes;
    }

    private static List<JudgedRow> checked(String push, List<JudgedRow> rows, List<EvalItem> items) {
        if (!rows.stream().map(row -> row.answer().item()).toList().equals(items)) {
            throw new IllegalArgumentException("the answers of " + push + " are not those to the prompts");
        }
        return List.copyOf(rows);
    }

    /** @return the development prompts */
    public List<EvalItem> items() {
        return items;
    }

    /**
     * @param classifier layers whose cosines are averaged
     * @return every prompt's score
     */
    public double[] scores(List<Integer> classifier) {
        double[] scores = new double[cosines.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Transition.score(cosines[i], classifier);
        }
        return scores;
    }

    /**
     * @param push a push that was tried
     * @param item index of a prompt
     * @return whether the prompt was refused
     */
    public boolean refused(Push push, int item) {
        return answers(push).get(item).refusal();
    }

    private List<JudgedRow> answers(Push push) {
        return Objects.requireNonNull(answers.get(push.name()), () -> "no answers of " + push.name());
    }

    /** @return refusals of the unsteered model */
    public SafetyRates unsteered() {
        return rates(answers(Push.NONE)::get);
    }

    /**
     * @param setting a setting whose pushes were tried
     * @return what comes of it
     */
    public SettingFigures figures(Setting setting) {
        return figures(setting, scores(setting.layers().classifier()));
    }

    private SettingFigures figures(Setting setting, double[] scores) {
        List<JudgedRow> towards = answers(setting.push(Double.POSITIVE_INFINITY));
        List<JudgedRow> away = answers(setting.push(Double.NEGATIVE_INFINITY));
        return new SettingFigures(
                setting,
                rates(i -> setting.push(scores[i]).strength() > 0 ? towards.get(i) : away.get(i)),
                share(Expectation.REFUSE, i -> setting.push(scores[i]).strength() < 0),
                share(Expectation.COMPLY, i -> setting.push(scores[i]).strength() > 0));
    }

    /** Of the prompts of one side, the share of which something holds. */
    private double share(Expectation side, IntPredicate what) {
        int[] ofSide = IntStream.range(0, items.size())
                .filter(i -> items.get(i).expectation() == side)
                .toArray();
        return ofSide.length == 0
                ? 0
                : (double) IntStream.of(ofSide).filter(what).count() / ofSide.length;
    }

    /**
     * @param grid what was tried
     * @return every setting, by layer set, then strength, then threshold
     */
    public List<SettingFigures> all(SweepGrid grid) {
        List<SettingFigures> all = new ArrayList<>();
        for (LayerSet layers : grid.layerSets()) {
            double[] scores = scores(layers.classifier());
            List<Double> thresholds = grid.thresholds(layers, scores);
            for (double alpha : grid.alphas()) {
                for (double threshold : thresholds) {
                    all.add(figures(new Setting(layers, alpha, threshold), scores));
                }
            }
        }
        return all;
    }

    private SafetyRates rates(IntFunction<JudgedRow> answer) {
        List<JudgedRow> all = new ArrayList<>();
        sets.values().forEach(indices -> IntStream.of(indices).mapToObj(answer).forEach(all::add));
        return SafetyRates.of(all);
    }
}
