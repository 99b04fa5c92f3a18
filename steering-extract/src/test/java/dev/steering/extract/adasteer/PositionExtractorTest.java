package dev.steering.extract.adasteer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.BadRequest;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.DemoModel;
import dev.steering.extract.VectorExtractor;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.pass.Capture;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PositionExtractorTest {
    private static SteeringVector difference;
    private static SteeringVector vector;

    @BeforeAll
    static void extract() {
        difference = VectorExtractor.withDefaults().extract(DemoModel.model(), DemoModel.anchors());
        vector = PositionExtractor.withDefaults().extract(DemoModel.model(), DemoModel.anchors(), difference);
    }

    /** The mean position of a class is the position of its mean. */
    @Test
    void harmfulPromptsLieAroundNoughtAndTheOthersAroundAHundred() {
        assertMeans(DemoModel.anchors().harmful(), 0);
        assertMeans(DemoModel.anchors().harmless(), 100);
        assertEquals(difference.directions(), vector.directions());
        assertEquals("adasteer", vector.provenance().method());
    }

    private static void assertMeans(List<String> prompts, double expected) {
        LayerReads reads = vector.requireReads();
        double[] means = new double[vector.layers()];
        List<int[]> tokens = prompts.stream().map(DemoModel.model()::encode).toList();
        ActivationReader.of(DemoModel.model().model())
                .read(
                        "test",
                        tokens,
                        tokens.stream()
                                .map(row -> List.of(Capture.token(row.length - 1)))
                                .toList(),
                        (prompt, h) -> {
                            for (int l = 0; l < means.length; l++) {
                                means[l] += reads.read(l, h[0][l]) / prompts.size();
                            }
                        });
        for (int l = 0; l < means.length; l++) {
            assertEquals(expected, means[l], 1e-3, "layer " + l);
        }
    }

    @Test
    void aClassWithoutPromptsIsRefused() {
        BadRequest e = assertThrows(BadRequest.class, () -> PositionExtractor.withDefaults()
                .extract(DemoModel.model(), new ContrastSet(List.of("Hello"), List.of()), difference));
        assertEquals("Positions need prompts of both classes, found 1 harmful and 0 harmless.", e.getMessage());
    }
}
