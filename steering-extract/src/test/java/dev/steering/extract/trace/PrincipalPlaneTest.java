package dev.steering.extract.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.ContrastSet;
import dev.steering.extract.DemoModel;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against numpy's singular value decomposition; principal-plane.json says how its numbers were made. */
class PrincipalPlaneTest {
    private static double[] numbers(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToDouble(i -> array.get(i).asDouble())
                .toArray();
    }

    @Test
    void agreesWithASingularValueDecomposition() throws Exception {
        JsonNode golden;
        try (InputStream in = PrincipalPlaneTest.class.getResourceAsStream("/principal-plane.json")) {
            golden = new ObjectMapper().readTree(in);
        }
        float[][] points = new float[golden.path("points").size()][];
        for (int i = 0; i < points.length; i++) {
            double[] row = numbers(golden.path("points").get(i));
            points[i] = new float[row.length];
            for (int j = 0; j < row.length; j++) {
                points[i][j] = (float) row[j];
            }
        }
        PrincipalPlane plane = PrincipalPlane.of(points);
        assertArrayEquals(numbers(golden.path("first")), plane.first(), 1e-5);
        assertArrayEquals(numbers(golden.path("second")), plane.second(), 1e-5);
        assertEquals(golden.path("share").asDouble(), plane.share(), 1e-6);
    }

    @Test
    void pointsOnALineAndEqualPointsAreNoError() {
        PrincipalPlane line = PrincipalPlane.of(new float[][] {{0, 0}, {1, 2}, {2, 4}, {-1, -2}});
        assertEquals(1, line.share(), 1e-9);
        assertArrayEquals(new double[4], line.second(), 1e-5);
        PrincipalPlane same = PrincipalPlane.of(new float[][] {{3, 3}, {3, 3}, {3, 3}});
        assertEquals(0, same.share());
        assertArrayEquals(new double[3], same.first());
    }

    /** The demo model's classes lie apart at the last layer: one component tells most of them. */
    @Test
    void theClassesOfTheDemoModelLieApart() {
        ContrastSet anchors = DemoModel.anchors();
        List<StatePlanes.Plane> planes =
                StatePlanes.of(DemoModel.model(), anchors, List.of(0, 5), ProgressListener.NONE);
        assertEquals(
                List.of(0, 5), planes.stream().map(StatePlanes.Plane::layer).toList());
        List<StatePlanes.Place> places = planes.get(1).places();
        assertEquals(anchors.harmful().size() + anchors.harmless().size(), places.size());
        double harmful = places.stream()
                .filter(StatePlanes.Place::harmful)
                .mapToDouble(StatePlanes.Place::first)
                .average()
                .orElseThrow();
        double harmless = places.stream()
                .filter(place -> !place.harmful())
                .mapToDouble(StatePlanes.Place::first)
                .average()
                .orElseThrow();
        long right = places.stream()
                .filter(place ->
                        place.harmful() == Math.abs(place.first() - harmful) < Math.abs(place.first() - harmless))
                .count();
        assertTrue(right > 0.9 * places.size(), right + " of " + places.size());
    }

    @Test
    void whatIsNotThereIsRefused() {
        ContrastSet two = ContrastSets.of(List.of("a"), List.of("b"));
        assertThrows(BadRequest.class, () -> StatePlanes.of(DemoModel.model(), two, List.of(0), ProgressListener.NONE));
        assertEquals(
                "There is no layer 6: the model has 0 to 5.",
                assertThrows(
                                BadRequest.class,
                                () -> StatePlanes.of(
                                        DemoModel.model(), DemoModel.anchors(), List.of(6), ProgressListener.NONE))
                        .getMessage());
    }
}
