package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.metrics.AucInterval;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about recommendations that are worth little. */
class VectorQualityTest {
    private static final AucInterval SURE = new AucInterval(0.91, 0.99, 0, 2000, 1);
    private static final List<LayerStatistics> SMALL =
            List.of(new LayerStatistics(0, 0.5, 0.8, 2), new LayerStatistics(1, 0.6, 0.9, 2));

    @TempDir
    private Path directory;

    private static Calibration calibration(double auc, @Nullable AucInterval interval) {
        return new Calibration("held-out files", 12, 10, List.of(1), 0.9, auc, 0.9, 0.9, List.of(auc, auc), interval);
    }

    private static SteeringVector vector(double alpha, VectorScale scale, Calibration calibration) {
        Anchoring anchoring = new Anchoring(1, List.of(), List.of(), List.of(), List.of(1), alpha, scale, calibration);
        return VectorExamples.plain().withStatistics(SMALL).withAnchoring(anchoring);
    }

    private static String only(SteeringVector vector) {
        List<String> remarks = VectorQuality.remarks(vector);
        assertEquals(1, remarks.size(), remarks::toString);
        return remarks.get(0);
    }

    @Test
    void nothingIsSaidAboutWhatIsGoodOrUnknown() {
        assertEquals(List.of(), VectorQuality.remarks(vector(0.5, VectorScale.UNIT, calibration(0.95, SURE))));
        assertEquals(List.of(), VectorQuality.remarks(VectorExamples.plain()));
        assertEquals(List.of(), VectorQuality.remarks(VectorExamples.fromElsewhere()));
    }

    @Test
    void aThresholdThatCouldBeChanceIsMarked() {
        AucInterval wide = new AucInterval(0.28, 0.53, 0.94, 2000, 1);
        assertTrue(only(vector(0.5, VectorScale.UNIT, calibration(0.4, wide)))
                .startsWith(
                        "The vector's threshold cannot be told from chance: AUC 0.4000 [0.280, 0.530] on 12 harmful and 10"
                                + " harmless prompts."));
        AucInterval below = new AucInterval(0.1, 0.4, 1, 2000, 1);
        assertTrue(only(vector(0.5, VectorScale.UNIT, calibration(0.2, below)))
                .startsWith("The vector's threshold works the wrong way round: AUC 0.2000 [0.100, 0.400]"));
    }

    /** Files of earlier versions hold the area and the numbers of prompts alone. */
    @Test
    void withoutAnIntervalHanleyAndMcNeilsIsTaken() {
        assertFalse(calibration(0.4, null).toldFromChance());
        // Q1 = 0.7 / 1.3, Q2 = 0.98 / 1.7; variance (0.21 + 11 (Q1 - 0.49) + 9 (Q2 - 0.49)) / 120: 0.7 - 1.96 * 0.113 <
        // 0.5.
        assertFalse(calibration(0.7, null).toldFromChance());
        assertTrue(calibration(0.95, null).toldFromChance());
        assertTrue(calibration(1, null).toldFromChance());
        assertTrue(only(vector(0.5, VectorScale.UNIT, calibration(0.4, null))).contains("AUC 0.4000 on 12 harmful"));
    }

    @Test
    void aStrengthBeyondTheActivationsIsMarked() {
        assertTrue(only(vector(3.5, VectorScale.UNIT, calibration(0.95, SURE)))
                .startsWith(
                        "The vector's strength is out of proportion: alpha 3.5 (unit) moves activations after layer 1 by 3.50,"
                                + " and they are 0.900 long."));
        assertTrue(only(vector(-2, VectorScale.RAW, calibration(0.95, SURE))).contains("after layer 1 by 1.20"));
        assertEquals(List.of(), VectorQuality.remarks(vector(1.4, VectorScale.RAW, calibration(0.95, SURE))));
    }

    @Test
    void layersThatCouldBeOthersAreMarked() {
        SteeringVector good = vector(0.5, VectorScale.UNIT, calibration(0.95, SURE));
        for (LayerEvidence evidence : List.of(
                new LayerEvidence(LayerEvidence.Basis.PROJECTION, 0.31),
                new LayerEvidence(LayerEvidence.Basis.SEPARATION, 0.31))) {
            assertTrue(only(good.withAnchoring(good.requireAnchoring().withEvidence(evidence)))
                    .contains("(p = 0.31)"));
        }
        for (LayerEvidence evidence : List.of(
                new LayerEvidence(LayerEvidence.Basis.PROJECTION, 0.01),
                new LayerEvidence(LayerEvidence.Basis.GIVEN, null))) {
            assertEquals(
                    List.of(),
                    VectorQuality.remarks(
                            good.withAnchoring(good.requireAnchoring().withEvidence(evidence))));
        }
    }

    @Test
    void aSweepThatDidNotPayIsMarked() {
        SteeringVector swept = VectorExamples.swept();
        OperatingPoint point = swept.requireAnchoring().operatingPoint();
        assertTrue(point != null);
        double cost = 0;
        for (OperatingPoint.SetFigures set : point.development()) {
            double refused = (double) set.unsteered() / set.prompts();
            cost += set.shouldRefuse() ? point.harmfulWeight() * (1 - refused) : refused;
        }
        assertEquals(cost, point.unsteeredCost(), 1e-12);
        OperatingPoint useless = new OperatingPoint(
                point.rule(),
                point.judge(),
                point.harmfulWeight(),
                point.grid(),
                cost,
                cost,
                0.01,
                null,
                point.development(),
                point.test());
        SteeringVector good = vector(0.5, VectorScale.UNIT, calibration(0.95, SURE));
        Anchoring a = good.requireAnchoring();
        assertTrue(only(good.withAnchoring(
                        a.withSettings(a.steeringLayers(), a.alpha(), a.scale(), a.calibration(), useless)))
                .startsWith("Steering with it does not pay"));
    }

    @Test
    void evidenceAndIntervalAreKeptInTheFile() {
        SteeringVector vector = vector(0.5, VectorScale.UNIT, calibration(0.95, SURE));
        for (LayerEvidence evidence : List.of(
                new LayerEvidence(LayerEvidence.Basis.PROJECTION, 0.25),
                new LayerEvidence(LayerEvidence.Basis.GIVEN, null))) {
            SteeringVector said = vector.withAnchoring(vector.requireAnchoring().withEvidence(evidence));
            Path file = directory.resolve("v.safetensors");
            VectorFile.write(file, said);
            assertEquals(said, VectorFile.read(file));
        }
    }

    @Test
    void evidenceBelongsToTheLayersItWasFoundFor() {
        Anchoring anchoring = vector(1, VectorScale.UNIT, calibration(0.9, SURE))
                .requireAnchoring()
                .withEvidence(new LayerEvidence(LayerEvidence.Basis.PROJECTION, 0.01));
        assertEquals(
                anchoring.evidence(),
                anchoring
                        .withSettings(List.of(1), 2, VectorScale.RAW, anchoring.calibration(), null)
                        .evidence());
        assertEquals(
                null,
                anchoring
                        .withSettings(List.of(0), 2, VectorScale.RAW, anchoring.calibration(), null)
                        .evidence());
    }
}
