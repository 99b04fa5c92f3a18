package dev.steering.apply.planned;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.testing.DemoModel;
import dev.steering.core.vector.SteeringVector;
import org.junit.jupiter.api.Test;

class RandomDirectionsTest {
    @Test
    void randomDirectionsHaveTheVectorsNormsAndComeFromTheSeed() {
        SteeringVector vector = DemoModel.vector();
        SteeringVector random = RandomDirections.like(vector, 1);
        for (int l = 0; l < vector.layers(); l++) {
            assertEquals(vector.directions().norm(l), random.directions().norm(l), 1e-5);
            assertTrue(Math.abs(vector.directions().cosine(l, random.directions(), l)) < 0.5);
        }
        assertEquals(random.directions(), RandomDirections.like(vector, 1).directions());
        assertNotEquals(random.directions(), RandomDirections.like(vector, 2).directions());
    }
}
