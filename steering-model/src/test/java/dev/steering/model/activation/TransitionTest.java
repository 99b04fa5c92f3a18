package dev.steering.model.activation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.vector.LayerMatrix;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionTest {
    private final Transition transition =
            new Transition(new float[][] {{3, 4}, {1, 1}, {5, 5}}, new float[][] {{0, 0}, {1, 0}, {5, 5}});

    @Test
    void isTheDifferenceOfTheTwoTokens() {
        assertArrayEquals(new double[] {3, 4}, transition.at(0));
        assertArrayEquals(new double[] {0, 1}, transition.at(1));
    }

    @Test
    void cosinesAreTakenLayerByLayerAndAreZeroWhereNothingMoves() {
        LayerMatrix reference = LayerMatrix.of(new float[][] {{10, 0}, {0, -2}, {1, 1}});
        assertArrayEquals(new double[] {0.6, -1, 0}, transition.cosines(reference), 1e-12);
    }

    @Test
    void scoreIsTheMeanOverTheClassifiersLayers() {
        assertEquals(0.25, Transition.score(new double[] {9, 0.5, 0}, List.of(1, 2)));
        assertThrows(IllegalArgumentException.class, () -> Transition.score(new double[] {1}, List.of()));
    }

    @Test
    void refusesAReferenceOfAnotherSize() {
        LayerMatrix two = LayerMatrix.of(new float[][] {{1, 0}, {0, 1}});
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> transition.cosines(two));
        assertEquals("reference LayerMatrix[2 x 2] for transitions 3 x 2", e.getMessage());
    }
}
