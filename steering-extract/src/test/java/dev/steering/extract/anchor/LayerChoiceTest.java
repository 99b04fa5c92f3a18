package dev.steering.extract.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.vector.Projection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayerChoiceTest {
    private static final List<Double> AUC = List.of(0.5, 0.5, 0.9, 0.8, 0.6, 0.6);

    private static List<Projection> segments(double first, double second, double third) {
        return List.of(
                new Projection(0, 1, first, List.of()),
                new Projection(2, 3, second, List.of()),
                new Projection(4, 5, third, List.of()));
    }

    @Test
    void takesTheHighestRefusalScore() {
        LayerChoice choice = LayerChoice.of(segments(0.1, 0.2, 0.4), AUC);
        assertEquals(List.of(4, 5), choice.layers());
        assertEquals("layers 4..5: the segment with the highest refusal score (0.400)", choice.reason());
    }

    @Test
    void breaksTiesBySeparation() {
        LayerChoice choice = LayerChoice.of(segments(0.4, 0.1, 0.4), AUC);
        assertEquals(List.of(4, 5), choice.layers());
        assertEquals(
                "layers 4..5: 2 segments share the highest refusal score (0.400), of which this one separates the anchors"
                        + " best (mean AUC 0.600)",
                choice.reason());
    }

    @Test
    void withoutRefusalTokensTakesTheBestSeparationAndSaysSo() {
        LayerChoice choice = LayerChoice.of(segments(0, 0, 0), AUC);
        assertEquals(List.of(2, 3), choice.layers());
        assertEquals(
                "layers 2..3: no segment's top tokens hold a refusal token, so the one that separates the anchors best was"
                        + " taken (mean AUC 0.850)",
                choice.reason());
    }

    @Test
    void layersLikeChanceAreNotChosen() {
        LayerChoice one = LayerChoice.of(segments(0.1, 0.2, 0.4), AUC, Set.of(4));
        assertEquals(List.of(5), one.layers());
        assertEquals(
                "layers 4..5: the segment with the highest refusal score (0.400); without 4, whose direction cannot be told"
                        + " from chance",
                one.reason());
        LayerChoice segment = LayerChoice.of(segments(0.1, 0.2, 0.4), AUC, Set.of(4, 5));
        assertEquals(List.of(2, 3), segment.layers());
        assertEquals(
                "layers 2..3: the segment with the highest refusal score (0.200); 1 of the segments cannot be told from chance"
                        + " and was not looked at",
                segment.reason());
        assertEquals(
                segment.layers(),
                LayerChoice.byProjection(segments(0.1, 0.2, 0.4), Set.of(4, 5)).layers());
    }

    /** There is nothing better, and the vector's remarks say so. */
    @Test
    void whereAllLayersAreLikeChanceTheyAreChosenAsBefore() {
        Set<Integer> all = Set.of(0, 1, 2, 3, 4, 5);
        assertEquals(LayerChoice.of(segments(0.1, 0.2, 0.4), AUC), LayerChoice.of(segments(0.1, 0.2, 0.4), AUC, all));
    }
}
