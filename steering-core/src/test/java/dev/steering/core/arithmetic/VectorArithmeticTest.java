package dev.steering.core.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.core.lineage.Derivation;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorArithmeticTest {
    private static final VectorArithmetic ARITHMETIC = VectorArithmetic.withDefaults();

    private static SteeringVector vector(String prompt, String fingerprint, float[]... rows) {
        Provenance provenance = new Provenance(
                fingerprint,
                "toy",
                "hash of " + prompt,
                "mean-difference",
                "last",
                "block-output",
                "add",
                "chat",
                0,
                Map.of());
        return SteeringVector.of(LayerMatrix.of(rows), provenance)
                .withPrompts(ExtractionPrompts.kept(new ContrastSet(List.of(prompt), List.of("harmless " + prompt))))
                .withTransitionReference(LayerMatrix.of(rows));
    }

    private static SteeringVector a() {
        return vector("a", "f", new float[] {3, 4}, new float[] {0, 2});
    }

    private static SteeringVector b() {
        return vector("b", "f", new float[] {1, 0}, new float[] {5, 5});
    }

    private static void assertRows(SteeringVector actual, float... values) {
        assertArrayEquals(values, actual.directions().values(), 1e-6f);
    }

    @Test
    void sumsDifferencesMeansAndProducts() {
        assertRows(ARITHMETIC.add(List.of(a(), b(), b())), 5, 4, 10, 12);
        assertRows(ARITHMETIC.subtract(a(), List.of(b())), 2, 4, -5, -3);
        assertRows(ARITHMETIC.average(List.of(a(), b())), 2, 2, 2.5f, 3.5f);
        assertRows(ARITHMETIC.scale(a(), -0.5), -1.5f, -2, 0, -1);
        assertRows(ARITHMETIC.normalise(a()), 0.6f, 0.8f, 0, 1);
        assertRows(ARITHMETIC.restrict(a(), List.of(1)), 0, 0, 0, 2);
        float half = (float) Math.sqrt(0.5);
        assertRows(ARITHMETIC.withScale(VectorScale.UNIT).add(List.of(a(), b())), 1.6f, 0.8f, half, 1 + half);
    }

    /** Whatever is left is at right angles to all others, and with what was removed it is the vector again. */
    @Test
    void orthogonalisedVectorsHaveNothingInCommonWithTheOthers() {
        Random random = new Random(3);
        SteeringVector[] all = new SteeringVector[4];
        for (int v = 0; v < all.length; v++) {
            float[][] rows = new float[3][8];
            for (float[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = 5 + (float) random.nextGaussian();
                }
            }
            all[v] = vector("p" + v, "f", rows);
        }
        List<SteeringVector> others = List.of(all[1], all[2], all[3]);
        SteeringVector left = ARITHMETIC.orthogonalise(all[0], others);
        SteeringVector removed = ARITHMETIC.subtract(all[0], List.of(left));
        for (int l = 0; l < 3; l++) {
            for (SteeringVector other : others) {
                assertEquals(0, left.directions().cosine(l, other.directions(), l), 1e-5);
            }
            double rest = Math.pow(left.directions().norm(l), 2)
                    + Math.pow(removed.directions().norm(l), 2);
            assertEquals(Math.pow(all[0].directions().norm(l), 2), rest, 1e-3);
        }
        SteeringVector again = ARITHMETIC.orthogonalise(left, others);
        assertArrayEquals(left.directions().values(), again.directions().values(), 1e-5f);
    }

    @Test
    void whatIsInTheSpanOfTheOthersIsRefused() {
        SteeringVector twice = ARITHMETIC.scale(a(), 2);
        String message = assertThrows(BadRequest.class, () -> ARITHMETIC.orthogonalise(a(), List.of(twice)))
                .getMessage();
        assertTrue(message.startsWith("at layer 0 nothing is left of the vector"), message);
        SteeringVector second = ARITHMETIC.restrict(a(), List.of(1));
        assertRows(ARITHMETIC.orthogonalise(second, List.of(b())), 0, 0, -1, 1);
    }

    @Test
    void theResultSaysWhatItIsMadeOf(@TempDir Path directory) {
        SteeringVector sum = ARITHMETIC.add(List.of(a(), b()));
        Derivation derivation = Objects.requireNonNull(sum.derivation());
        assertEquals("add", derivation.operation());
        assertEquals("raw", derivation.scale());
        assertEquals(
                List.of("hash of a", "hash of b"),
                derivation.parents().stream()
                        .map(Derivation.Parent::contrastSetHash)
                        .toList());
        assertNotEquals(
                derivation.parents().get(0).directions(),
                derivation.parents().get(1).directions());
        assertEquals(
                -1,
                Objects.requireNonNull(ARITHMETIC.subtract(a(), List.of(b())).derivation())
                        .parents()
                        .get(1)
                        .weight());
        Path file = directory.resolve("sum.safetensors");
        VectorFile.write(file, sum);
        assertEquals(sum, VectorFile.read(file));
    }

    /** A prompt of any parent would flatter a threshold of the result. */
    @Test
    void promptsOfAllParentsAreKnownAndNotKeptTogether() {
        ExtractionPrompts prompts = ARITHMETIC.add(List.of(a(), b())).requirePrompts();
        for (String prompt : List.of("a", "b", "harmless a", "harmless b")) {
            assertTrue(prompts.contains(prompt), prompt);
        }
        assertFalse(prompts.contains("c"));
        assertNull(prompts.kept());
        assertEquals(a().prompts(), ARITHMETIC.scale(a(), 2).prompts());
    }

    @Test
    void whatBelongsToOtherDirectionsIsNotCarriedOver() {
        SteeringVector measured =
                a().withStatistics(List.of(new LayerStatistics(0, 1, 2, 3), new LayerStatistics(1, 1, 2, 3)));
        SteeringVector product = ARITHMETIC.scale(measured, 2);
        assertNull(product.statistics());
        assertEquals(a().transitionReference(), product.transitionReference());
        assertNull(ARITHMETIC.add(List.of(measured, b())).transitionReference());
    }

    @Test
    void vectorsOfDifferentModelsAreNotMixed() {
        SteeringVector other = vector("c", "g", new float[] {1, 0}, new float[] {5, 5});
        String message = assertThrows(BadRequest.class, () -> ARITHMETIC.add(List.of(a(), other)))
                .getMessage();
        assertTrue(message.contains("their weights or tokenizers differ"), message);
        assertRows(ARITHMETIC.withCheck(ModelCheck.ANY_MODEL).add(List.of(a(), other)), 4, 4, 5, 7);
        SteeringVector small = vector("c", "f", new float[] {1, 0});
        for (ModelCheck check : ModelCheck.values()) {
            message = assertThrows(
                            BadRequest.class, () -> ARITHMETIC.withCheck(check).add(List.of(a(), small)))
                    .getMessage();
            assertTrue(message.startsWith("vectors of different sizes cannot be mixed"), message);
        }
    }

    @Test
    void nonsenseIsRefused() {
        for (double factor : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(BadRequest.class, () -> ARITHMETIC.scale(a(), factor));
        }
        assertThrows(BadRequest.class, () -> ARITHMETIC.restrict(a(), List.of(2)));
        assertThrows(BadRequest.class, () -> ARITHMETIC.restrict(a(), List.of()));
        assertThrows(BadRequest.class, () -> ARITHMETIC.add(List.of(a())));
        assertThrows(BadRequest.class, () -> ARITHMETIC.orthogonalise(a(), List.of()));
    }

    @Test
    void comparesEveryTwo() {
        VectorComparison compared = VectorComparison.of(List.of(a(), b(), a()), ModelCheck.SAME_MODEL);
        assertEquals(3, compared.pairs().size());
        assertEquals(0.6, compared.pairs().get(0).cosines().get(0), 1e-6);
        assertEquals(Math.sqrt(0.5), compared.pairs().get(0).cosines().get(1), 1e-6);
        assertEquals(1, compared.pairs().get(1).mean(), 1e-6);
        assertEquals(List.of(5.0, 2.0), compared.norms().get(0));
    }
}
