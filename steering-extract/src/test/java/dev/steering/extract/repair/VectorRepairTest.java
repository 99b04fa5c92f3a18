package dev.steering.extract.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a planted component that costs safety: what is taken out is that one and no more of it than needed. */
class VectorRepairTest {
    private static final int SIZE = 12;
    private static final double[] EFFECT = axis(0, 1, 1);
    private static final double[] GIVEN = new double[SIZE];

    static {
        for (int i = 0; i < SIZE; i++) {
            GIVEN[i] = 2 * EFFECT[i] + (i == 5 ? 3 : 0) + (i == 9 ? 0.5 : 0);
        }
    }

    private static double[] axis(int first, int second, double share) {
        double[] axis = new double[SIZE];
        axis[first] = 1 / Math.sqrt(1 + share * share);
        axis[second] += share / Math.sqrt(1 + share * share);
        return axis;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Quadratic losses: safety falls with what is added along one direction, the effect is what was added along another. */
    private static RepairLosses planted(double[] cost) {
        return new RepairLosses() {
            @Override
            public Loss safety(double[] added) {
                return quadratic(added, cost, 0);
            }

            @Override
            public Loss effect(double[] added) {
                return quadratic(added, EFFECT, dot(GIVEN, EFFECT));
            }
        };
    }

    private static RepairLosses.Loss quadratic(double[] added, double[] along, double wanted) {
        double off = dot(added, along) - wanted;
        double[] gradient = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            gradient[i] = off * along[i];
        }
        return new RepairLosses.Loss(off * off / 2, gradient);
    }

    @Test
    void thePlantedComponentIsTakenOutAndNothingElse() {
        double[] cost = axis(5, 5, 0);
        VectorRepair.Repaired repaired =
                VectorRepair.withDefaults().withTolerance(0.02).repair(GIVEN, planted(cost));
        assertTrue(repaired.before().safety() > 4, repaired.toString());
        assertTrue(repaired.after().safety() <= 0.02 + 1e-9, repaired.toString());
        assertEquals(0, repaired.after().effect(), 1e-3);
        double[] removed = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            removed[i] = GIVEN[i] - repaired.added()[i];
        }
        assertEquals(1, dot(removed, cost) / Math.sqrt(dot(removed, removed)), 1e-3);
        // The loss is off^2 / 2: with 0.02 nats allowed, 0.2 of the component may stay, and does.
        assertEquals(0.2, dot(repaired.added(), cost), 0.03);
        assertEquals(Math.sqrt(dot(removed, removed) / dot(GIVEN, GIVEN)), repaired.removed(), 1e-12);
    }

    /** Where the two directions are not at right angles the effect need not be lost either: the solution is at their dual. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.6})
    void whatBothHaveInCommonIsNotLost(double share) {
        double[] cost = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            cost[i] = share * EFFECT[i] + (i == 5 ? Math.sqrt(1 - share * share) : 0);
        }
        VectorRepair.Repaired repaired =
                VectorRepair.withDefaults().withSteps(200).withTolerance(0.02).repair(GIVEN, planted(cost));
        assertTrue(repaired.after().safety() <= 0.02 + 1e-9, repaired.toString());
        // Plain ablation of the direction would lose (share * 3)^2 / 2 and more of it.
        assertTrue(repaired.after().effect() < 0.02, repaired.toString());
    }

    @Test
    void whatCostsNoSafetyIsLeftAlone() {
        BadRequest e =
                assertThrows(BadRequest.class, () -> VectorRepair.withDefaults().repair(GIVEN, planted(axis(3, 3, 0))));
        assertTrue(e.getMessage().endsWith("There is nothing to repair."), e.getMessage());
    }

    @Test
    void whatCannotBeMadeSafeIsSaid() {
        BadRequest e = assertThrows(
                BadRequest.class, () -> VectorRepair.withDefaults().withSteps(1).repair(GIVEN, planted(axis(5, 5, 0))));
        assertTrue(
                e.getMessage().startsWith("In 1 steps nothing was found that is safe: refusals have a loss of 4.500"),
                e.getMessage());
    }
}
