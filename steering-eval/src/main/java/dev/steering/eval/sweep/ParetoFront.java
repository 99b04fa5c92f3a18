package dev.steering.eval.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The settings that no other beats: a setting is beaten by one that over-refuses no more and answers no more harmful prompts, and
 * less of one of them.
 */
public final class ParetoFront {
    private ParetoFront() {}

    /**
     * @param all settings
     * @return those that no other beats, by ascending over-refusal; of settings with the same two shares the weakest, then the
     *     first
     */
    public static List<SettingFigures> of(List<SettingFigures> all) {
        List<SettingFigures> sorted = all.stream()
                .sorted(Comparator.comparingDouble(
                                (SettingFigures f) -> f.rates().overRefusal())
                        .thenComparingDouble(f -> f.rates().compliance())
                        .thenComparingDouble(f -> f.setting().alpha()))
                .toList();
        List<SettingFigures> front = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (SettingFigures figures : sorted) {
            if (figures.rates().compliance() < least) {
                least = figures.rates().compliance();
                front.add(figures);
            }
        }
        return front;
    }
}
