package dev.steering.eval.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings that no other beats: a setting is beaten by one that over-refuses no more and answers no more harmful prompts, and
 * less of one of them. Several settings can share a place on the front.
 */
public final class ParetoFront {
    private static final Comparator<DevelopmentResult.FrontPoint> ORDER = Comparator.comparingDouble(
                    (DevelopmentResult.FrontPoint point) -> orInfinity(point.divergence()))
            .thenComparingDouble(point -> point.figures().setting().alpha());

    private ParetoFront() {}

    /** What makes two settings the same point of the plane: their shares of over-refusal and of compliance. */
    private record Place(double overRefusal, double compliance) {
        static Place of(SettingFigures figures) {
            return new Place(figures.rates().overRefusal(), figures.rates().compliance());
        }
    }

    /**
     * @param all settings
     * @return those that no other beats, by ascending over-refusal; those that share a place in their order
     */
    public static List<SettingFigures> of(List<SettingFigures> all) {
        List<SettingFigures> sorted = all.stream()
                .sorted(Comparator.comparingDouble(
                                (SettingFigures f) -> f.rates().overRefusal())
                        .thenComparingDouble(f -> f.rates().compliance()))
                .toList();
        List<SettingFigures> front = new ArrayList<>();
        @Nullable Place last = null;
        for (SettingFigures figures : sorted) {
            Place place = Place.of(figures);
            if (last == null || place.equals(last) || place.compliance() < last.compliance()) {
                front.add(figures);
                last = place;
            }
        }
        return front;
    }

    /**
     * @param front what {@link #of} returned
     * @param divergence divergence from the unsteered model per token; null where it could not be measured
     * @return one setting for each place: that with the lowest divergence, then the weakest, then the first
     */
    static List<DevelopmentResult.FrontPoint> leastIntrusive(
            List<SettingFigures> front, Function<Setting, @Nullable Double> divergence) {
        Map<Place, DevelopmentResult.FrontPoint> best = new LinkedHashMap<>();
        for (SettingFigures figures : front) {
            DevelopmentResult.FrontPoint point =
                    new DevelopmentResult.FrontPoint(figures, divergence.apply(figures.setting()));
            best.merge(Place.of(figures), point, (a, b) -> ORDER.compare(b, a) < 0 ? b : a);
        }
        return List.copyOf(best.values());
    }

    static double orInfinity(@Nullable Double divergence) {
        return divergence == null ? Double.POSITIVE_INFINITY : divergence;
    }
}
