package dev.steering.eval.compare;

import java.util.Map;
import java.util.Objects;

/**
 * What another judge says of the same answers to the test prompts.
 *
 * @param judge its name
 * @param kappa Cohen's kappa with the comparison's own judge over the answers of all methods; not a number if both say the same of all
 * @param figures by method
 */
public record OtherJudge(String judge, double kappa, Map<String, SplitFigures> figures) {
    public OtherJudge {
        figures = Map.copyOf(figures);
    }

    /**
     * @param method a method's name
     * @return its figures by this judge
     */
    public SplitFigures figures(String method) {
        return Objects.requireNonNull(figures.get(method), method);
    }
}
