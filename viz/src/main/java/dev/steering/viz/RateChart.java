package dev.steering.viz;

import dev.steering.viz.internal.ChartStyle;
import dev.steering.viz.internal.Fonts;
import dev.steering.viz.internal.VisibleText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refusal rates of methods on several kinds of prompts: a block for each kind with a row for each method, its mark, its interval and its
 * counts, so that both sides of safety (harmful prompts refused, harmless ones answered) are seen at once. Kinds of which no method refuses
 * anything are a line of text. Stateless and thread-safe.
 */
public final class RateChart {
    private RateChart() {}

    /**
     * @param refused answers judged a refusal
     * @param n answers judged, at least 1
     * @param low lower end of the interval (Wilson, 95 %, say), 0..1
     * @param high upper end, 0..1
     */
    public record Rate(int refused, int n, double low, double high) {
        /** @throws IllegalArgumentException if the counts or the interval make no sense */
        public Rate {
            if (n < 1 || refused < 0 || refused > n) {
                throw new IllegalArgumentException(
                        "expected 0 <= refused <= n and n >= 1, found " + refused + " of " + n);
            }
            double share = (double) refused / n;
            // Wilson's formula may miss 0 and 1 by a rounding error.
            double slack = 1e-9;
            if (!(low >= -slack && low <= share + slack && high >= share - slack && high <= 1 + slack)) {
                throw new IllegalArgumentException(
                        "expected 0 <= low <= " + share + " <= high <= 1, found low " + low + " and high " + high);
            }
        }

        /** @return the share refused, 0..1 */
        public double share() {
            return (double) refused / n;
        }
    }

    /**
     * @param method the method's name, which is also what its colour and mark are chosen by
     * @param rates its rates by kind of prompt, in the order to draw; a kind that is missing leaves a gap
     */
    public record Series(String method, Map<String, Rate> rates) {
        /** Copies the map, keeping its order. */
        public Series {
            rates = Collections.unmodifiableMap(new LinkedHashMap<>(rates));
        }
    }

    /**
     * @param title the heading
     * @param subtitle model, data set and the like; may be empty
     * @param caption a line below: which judge, which interval; may be empty
     * @param series the methods, at least one, with different names and at least one rate in all
     * @return the chart {@code refusal-rates}, as high as what it shows; kinds of prompts in the order in which the methods first name them
     * @throws IllegalArgumentException if there is no method, a name twice, or no rate
     * @throws dev.steering.core.SteeringException if Java has no usable font
     */
    public static Chart of(String title, String subtitle, String caption, List<Series> series) {
        List<Series> copy = List.copyOf(series);
        check(copy);
        Fonts.requireUsable();
        String shown = VisibleText.plain(title, ChartStyle.title());
        return Chart.drawn("refusal-rates", shown, () -> new RateTable(shown, subtitle, caption, copy, kinds(copy)));
    }

    private static void check(List<Series> series) {
        if (series.isEmpty()) {
            throw new IllegalArgumentException("expected at least one method, found none");
        }
        Set<String> names = new LinkedHashSet<>();
        for (Series s : series) {
            if (!names.add(s.method())) {
                throw new IllegalArgumentException("the method " + s.method() + " is there twice");
            }
        }
        if (kinds(series).isEmpty()) {
            throw new IllegalArgumentException("no method has a rate");
        }
    }

    private static List<String> kinds(List<Series> series) {
        Set<String> kinds = new LinkedHashSet<>();
        series.forEach(s -> kinds.addAll(s.rates().keySet()));
        return List.copyOf(kinds);
    }
}
