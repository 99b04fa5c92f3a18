package dev.steering.eval.compare;

import dev.steering.eval.compare.Contestant.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a method at its operating point on the test prompts when it was drawn again.
 *
 * @param draw what was drawn again
 * @param draws how often
 * @param overRefusal as {@link SplitFigures#overRefusal}
 * @param harmfulRefusal as {@link SplitFigures#harmfulRefusal}
 * @param jailbreakRefusal as {@link SplitFigures#jailbreakRefusal}; null if there are no jailbreaks
 */
public record Redrawn(
        Draw draw, int draws, Spread overRefusal, Spread harmfulRefusal, @Nullable Spread jailbreakRefusal) {
    /**
     * @param draw what was drawn again
     * @param figures figures of every draw, at least one
     * @return their spread
     */
    public static Redrawn of(Draw draw, List<SplitFigures> figures) {
        List<Double> jailbreaks = figures.stream()
                .map(SplitFigures::jailbreakRefusal)
                .filter(share -> share != null)
                .map(Share::value)
                .toList();
        return new Redrawn(
                draw,
                figures.size(),
                Spread.of(figures.stream().map(f -> f.overRefusal().value()).toList()),
                Spread.of(figures.stream().map(f -> f.harmfulRefusal().value()).toList()),
                jailbreaks.isEmpty() ? null : Spread.of(jailbreaks));
    }
}
