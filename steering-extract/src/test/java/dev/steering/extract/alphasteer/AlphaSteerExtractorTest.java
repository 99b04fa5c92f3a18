package dev.steering.extract.alphasteer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.DemoModel;
import dev.steering.extract.VectorExtractor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the matrices of the public code on the demo model ({@code golden_alphasteer.py}). */
class AlphaSteerExtractorTest {
    private static SteeringVector vector;

    @BeforeAll
    static void extract() {
        vector = AlphaSteerExtractor.withDefaults().extract(DemoModel.model(), DemoModel.anchors(), refusal());
    }

    private static SteeringVector refusal() {
        return VectorExtractor.withDefaults().extract(DemoModel.model(), DemoModel.anchors());
    }

    /** The whole matrix is w r^T: its norm and one of its rows are compared, and w itself. */
    @Test
    void theRankOneFormIsThePublicCodesMatrix() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/alphasteer.json").toFile());
        LayerReads reads = vector.requireReads();
        for (int layer = 0; layer < 5; layer++) {
            JsonNode expected = golden.path("layers").path(Integer.toString(layer));
            float[] w = reads.rows().row(layer);
            float[] r = vector.directions().row(layer);
            double worst = 0;
            double worstOfRow = 0;
            double largest = 0;
            for (int i = 0; i < w.length; i++) {
                largest =
                        Math.max(largest, Math.abs(expected.path("read").get(i).asDouble()));
                worst = Math.max(
                        worst, Math.abs(w[i] - expected.path("read").get(i).asDouble()));
                worstOfRow = Math.max(
                        worstOfRow,
                        Math.abs(w[3] * (double) r[i]
                                - expected.path("matrix_row_3").get(i).asDouble()));
            }
            double norm = expected.path("matrix_norm").asDouble();
            assertTrue(worst < 1e-5 * largest * 10 && worst < 1e-5, "layer " + layer + ": " + worst + " of " + largest);
            assertTrue(worstOfRow < 1e-5 * norm, "layer " + layer + ": " + worstOfRow + " of " + norm);
            assertEquals(norm, reads.rows().norm(layer) * vector.directions().norm(layer), 1e-5 * norm);
            assertEquals(0, reads.offset(layer));
        }
        assertEquals("alphasteer", vector.provenance().method());
        assertEquals(VectorScale.RAW, vector.scale());
    }

    @Test
    void batchSizeDoesNotMatter() {
        SteeringVector other = AlphaSteerExtractor.withDefaults()
                .withBatchSize(3)
                .extract(DemoModel.model(), DemoModel.anchors(), refusal());
        assertTrue(DemoModel.relativeError(
                        other.requireReads().rows().values(),
                        vector.requireReads().rows().values())
                < 1e-4);
    }

    @Test
    void filesKeepReads(@TempDir Path directory) {
        Path file = directory.resolve("v.safetensors");
        VectorFile.write(file, vector);
        assertEquals(vector, VectorFile.read(file));
        assertEquals(
                vector.requireReads(),
                VectorFile.read(file).withScale(VectorScale.UNIT).requireReads());
    }

    @Test
    void whatCannotBeIsRefused() {
        AlphaSteerExtractor extractor = AlphaSteerExtractor.withDefaults();
        assertMessage("The share of dimensions must be above 0 and below 1, found 1.", () -> extractor.withShare(1));
        assertMessage("The ridge must be above 0, found 0.", () -> extractor.withRidge(0));
        assertMessage(
                "Reads need prompts of both classes, found 0 harmful and 1 benign.",
                () -> extractor.extract(
                        DemoModel.model(), new ContrastSet(List.of(), List.of("What is a wasp?")), vector));
        SteeringVector other =
                SteeringVector.of(LayerMatrix.of(new float[][] {{1, 2}}), Provenance.elsewhere("other", "test"));
        assertMessage(
                "The refusal direction is of 1 layers of 2, the model has 6 of 128.",
                () -> extractor.extract(DemoModel.model(), DemoModel.anchors(), other));
        assertMessage(
                "this steering vector has no read vectors, by which a method decides how much to write. Extract one for"
                        + " that method.",
                other::requireReads);
    }

    private static void assertMessage(String expected, Runnable act) {
        assertEquals(expected, assertThrows(BadRequest.class, act::run).getMessage());
    }
}
