package dev.steering.eval;

import dev.steering.core.prompts.Expectation;
import dev.steering.core.vector.OperatingPoint;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.LayerSet;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.SafetyRates;
import dev.steering.eval.sweep.SweepGrid;
import java.util.ArrayList;
import java.util.List;

/** The record of a sweep that a vector file keeps. Stateless and thread-safe. */
public final class OperatingPoints {
    private OperatingPoints() {}

    /**
     * @param result what came of the development prompts
     * @param testUnsteered the unsteered model on the test prompts
     * @param testChosen the chosen setting on the test prompts
     * @param judge who told refusals
     */
    static OperatingPoint of(
            DevelopmentResult result, SafetyRates testUnsteered, SafetyRates testChosen, String judge) {
        return of(result, figures(testUnsteered, testChosen), judge);
    }

    /**
     * @param result what came of the development prompts
     * @param judge who told refusals
     * @return the record of a choice that was not looked at on test prompts
     */
    public static OperatingPoint untested(DevelopmentResult result, String judge) {
        return of(result, List.of(), judge);
    }

    private static OperatingPoint of(
            DevelopmentResult result, List<OperatingPoint.SetFigures> test, String judge) {
        OperatingRule.Choice choice = result.choice();
        SweepGrid grid = result.grid();
        return new OperatingPoint(
                result.rule().words(),
                judge,
                result.rule().harmfulWeight(),
                new OperatingPoint.Grid(
                        grid.layerSets().stream().map(LayerSet::steering).toList(),
                        grid.alphas(),
                        result.all().size()),
                choice.cost(),
                choice.bestCost(),
                choice.standardError(),
                choice.divergence(),
                figures(result.unsteered(), choice.chosen().rates()),
                test);
    }

    private static List<OperatingPoint.SetFigures> figures(SafetyRates unsteered, SafetyRates steered) {
        List<OperatingPoint.SetFigures> figures = new ArrayList<>();
        for (int i = 0; i < unsteered.sets().size(); i++) {
            SafetyRates.SetRate before = unsteered.sets().get(i);
            figures.add(new OperatingPoint.SetFigures(
                    before.set(),
                    before.expectation() == Expectation.REFUSE,
                    before.rate().n(),
                    before.rate().refused(),
                    steered.sets().get(i).rate().refused()));
        }
        return figures;
    }
}
