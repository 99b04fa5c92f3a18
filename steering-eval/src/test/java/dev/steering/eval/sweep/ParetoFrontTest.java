package dev.steering.eval.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.sweep.DevelopmentResult.FrontPoint;
import dev.steering.eval.sweep.SafetyRates.SetRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    private static final LayerSet LAYERS = new LayerSet(List.of(3), List.of(5), null);

    private static SettingFigures setting(double alpha, double threshold, int safeRefused, int harmfulAnswered) {
        SafetyRates rates = new SafetyRates(List.of(
                new SetRate("safe", Expectation.COMPLY, new Rate(safeRefused, 20)),
                new SetRate("harmful", Expectation.REFUSE, new Rate(20 - harmfulAnswered, 20))));
        return new SettingFigures(new Setting(LAYERS, alpha, threshold), rates);
    }

    private static Set<List<Double>> places(List<SettingFigures> settings) {
        return settings.stream()
                .map(f -> List.of(f.rates().overRefusal(), f.rates().compliance()))
                .collect(Collectors.toSet());
    }

    /** Compares every pair. */
    private static List<SettingFigures> bruteForce(List<SettingFigures> all) {
        return all.stream()
                .filter(a -> all.stream()
                        .noneMatch(b -> b.rates().overRefusal() <= a.rates().overRefusal()
                                && b.rates().compliance() <= a.rates().compliance()
                                && (b.rates().overRefusal() < a.rates().overRefusal()
                                        || b.rates().compliance() < a.rates().compliance())))
                .toList();
    }

    @Test
    void isWhatComparingEveryPairLeaves() {
        Random random = new Random(1);
        for (int trial = 0; trial < 200; trial++) {
            List<SettingFigures> all = new ArrayList<>();
            int count = 1 + random.nextInt(40);
            for (int i = 0; i < count; i++) {
                all.add(setting(1 + random.nextInt(3), i, random.nextInt(12), random.nextInt(12)));
            }
            List<SettingFigures> front = ParetoFront.of(all);
            assertEquals(Set.copyOf(bruteForce(all)), Set.copyOf(front), "trial " + trial);
            List<FrontPoint> places = ParetoFront.leastIntrusive(front, setting -> setting.threshold());
            assertEquals(places(front).size(), places.size(), "each place once");
            for (FrontPoint point : places) {
                double least = front.stream()
                        .filter(f -> f.rates().equals(point.figures().rates()))
                        .mapToDouble(f -> f.setting().threshold())
                        .min()
                        .orElseThrow();
                assertEquals(least, point.divergence(), "the least intrusive of its place");
            }
        }
    }

    @Test
    void isSortedAndTakesTheLeastIntrusiveThenTheWeakestOfEquals() {
        List<SettingFigures> all = List.of(
                setting(2, 1, 5, 1),
                setting(1, 2, 5, 1),
                setting(1, 3, 5, 1),
                setting(3, 4, 0, 9),
                setting(1, 5, 6, 1));
        List<SettingFigures> front = ParetoFront.of(all);
        assertEquals(List.of(all.get(3), all.get(0), all.get(1), all.get(2)), front);
        assertEquals(List.of(all.get(3), all.get(1)), figures(ParetoFront.leastIntrusive(front, setting -> null)));
        assertEquals(
                List.of(all.get(3), all.get(0)),
                figures(ParetoFront.leastIntrusive(front, setting -> setting.alpha() == 2 ? 0.1 : 0.2)),
                "a stronger setting that changes the model less");
    }

    private static List<SettingFigures> figures(List<FrontPoint> points) {
        return points.stream().map(FrontPoint::figures).toList();
    }
}
