package dev.steering.core.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialOrthogonalTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 1, 2})
    void whatRemainsAlongTheControlIsTheRestOfTheShare(double share) {
        Random random = new Random(7);
        double[] w = random.doubles(16, -1, 1).toArray();
        double[] r = random.doubles(16, -1, 1).toArray();
        double[] rest = PartialOrthogonal.of(w, r, share);
        assertEquals((1 - share) * PartialOrthogonal.dot(w, r), PartialOrthogonal.dot(rest, r), 1e-12);
        assertEquals(1, PartialOrthogonal.norm(PartialOrthogonal.unit(rest)), 1e-12);
    }

    @Test
    void nothingIsTakenOutAlongNothing() {
        double[] w = {3, 4};
        assertArrayEquals(w, PartialOrthogonal.of(w, new double[2], 1));
        assertArrayEquals(new double[2], PartialOrthogonal.unit(new double[2]));
    }

    /** Points of a model of three layers, the direction found at layer 1. */
    @Test
    void sitesAreTheirPoints() {
        assertEquals("0123", points(AblationSite.ALL_POINTS));
        assertEquals("012", points(AblationSite.BLOCK_INPUTS));
        assertEquals("123", points(AblationSite.BLOCK_OUTPUTS));
        assertEquals("2", points(AblationSite.ONE_BLOCK_OUTPUT));
        for (AblationSite site : AblationSite.values()) {
            assertEquals(site, AblationSite.parse(site.label()));
            assertTrue(AblationSite.labels().contains(site.label()));
        }
        assertFalse(AblationSite.labels().contains("every-write"));
    }

    private static String points(AblationSite site) {
        StringBuilder points = new StringBuilder();
        for (int point = 0; point <= 3; point++) {
            points.append(site.includes(point, 3, 1) ? Integer.toString(point) : "");
        }
        return points.toString();
    }
}
