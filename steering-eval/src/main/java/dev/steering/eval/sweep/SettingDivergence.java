package dev.steering.eval.sweep;

import dev.steering.eval.utility.TokenSum;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How far settings move the model's language where nothing should change, from what pushes do to each prompt. Immutable. */
public final class SettingDivergence {
    private final SweepOutcomes outcomes;
    private final Map<String, SortedMap<Integer, TokenSum>> sums;

    /**
     * @param outcomes the prompts
     * @param sums sums over the answers' tokens, by name of the push and index of the prompt
     */
    SettingDivergence(SweepOutcomes outcomes, Map<String, SortedMap<Integer, TokenSum>> sums) {
        this.outcomes = outcomes;
        this.sums = new LinkedHashMap<>(sums);
    }

    static void put(Map<String, SortedMap<Integer, TokenSum>> sums, String push, int item, TokenSum sum) {
        sums.computeIfAbsent(push, name -> new TreeMap<>()).put(item, sum);
    }

    /**
     * @param setting a setting
     * @return mean KL(unsteered || setting) per token, nats; null if its pushes were not measured or there were no tokens
     */
    public @Nullable Double of(Setting setting) {
        SortedMap<Integer, TokenSum> towards =
                sums.get(setting.push(Double.POSITIVE_INFINITY).name());
        SortedMap<Integer, TokenSum> away =
                sums.get(setting.push(Double.NEGATIVE_INFINITY).name());
        if (towards == null || away == null) {
            return null;
        }
        double[] scores = outcomes.scores(setting.layers().classifier());
        double sum = 0;
        long tokens = 0;
        for (int item : towards.keySet()) {
            TokenSum part = (scores[item] >= setting.threshold() ? towards : away).get(item);
            if (part != null) {
                sum += part.sum();
                tokens += part.tokens();
            }
        }
        return tokens == 0 ? null : (Double) (sum / tokens);
    }
}
