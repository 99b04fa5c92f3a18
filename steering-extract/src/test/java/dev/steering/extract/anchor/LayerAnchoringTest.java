package dev.steering.extract.anchor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerEvidence;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorQuality;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.DemoModel;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.project.RefusalTokens;
import dev.steering.extract.project.VocabularyProjector;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.PromptFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerAnchoringTest {
    private static final SteeringVector VECTOR =
            VectorExtractor.withDefaults().withKeptPrompts(true).extract(DemoModel.model(), DemoModel.anchors());

    @Test
    void scoresAndDecisionsAgreeWithTheReferenceImplementation() {
        JsonNode reference = DemoModel.reference();
        double threshold = reference.path("settings").path("threshold").asDouble();
        List<JsonNode> prompts = new ArrayList<>();
        reference.path("prompts").forEach(prompts::add);
        List<int[]> tokens = prompts.stream()
                .map(p -> DemoModel.model().encode(p.path("prompt").asText()))
                .toList();
        double[][] cosines = new double[prompts.size()][];
        Transitions transitions = Transitions.of(DemoModel.model());
        transitions.read("test prompts", tokens, (i, t) -> cosines[i] = t.cosines(VECTOR.requireTransitionReference()));
        assertEquals(40, prompts.size());
        for (int i = 0; i < prompts.size(); i++) {
            JsonNode expected = prompts.get(i);
            for (int l = 0; l < VECTOR.layers(); l++) {
                assertEquals(expected.path("cosines").path(l).asDouble(), cosines[i][l], 1e-4);
            }
            double score = Transition.score(cosines[i], List.of(5));
            assertEquals(expected.path("score").asDouble(), score, 1e-4);
            assertEquals(expected.path("decision").asText(), score >= threshold ? "harmful" : "safe");
        }
    }

    @Test
    void calibratesAsTheReferenceSettingsWere() {
        Anchoring anchoring = LayerAnchoring.withDefaults()
                .withClassifierLayers(List.of(5))
                .withSteeringLayers(List.of(3))
                .withStrength(0.75, VectorScale.RAW)
                .anchor(DemoModel.model(), VECTOR, DemoModel.calibration())
                .anchoring();
        // The figures of the demo model's own calibration, from its evaluation.txt and scans-settings.json.
        assertEquals(0.9581, anchoring.calibration().threshold(), 1e-4);
        assertEquals(0.9854, anchoring.calibration().auc(), 1e-4);
        double[] layerAuc = anchoring.calibration().layerAuc().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        assertArrayEquals(new double[] {0.602, 0.6134, 0.6383, 0.7533, 0.9043, 0.9854}, layerAuc, 1e-3);
        assertEquals(List.of(3), anchoring.steeringLayers());
        assertEquals(0.75, anchoring.alpha());
        assertEquals("held-out files", anchoring.calibration().source());
    }

    @Test
    void choosesLayersByRefusalScoreAndLeavesOneOut() {
        LayerAnchoring.Result result = LayerAnchoring.withDefaults().anchor(DemoModel.model(), VECTOR);
        assertEquals(List.of(4, 5), result.anchoring().steeringLayers());
        assertTrue(
                result.layers().reason().contains("highest refusal score"),
                result.layers().reason());
        assertEquals(List.of(4, 5), result.anchoring().calibration().classifierLayers());
        assertEquals(
                "leave-one-out over the extraction anchors",
                result.anchoring().calibration().source());
        assertEquals(64, result.anchoring().calibration().harmful());
        assertTrue(result.anchoring().calibration().auc() > 0.99);
    }

    @Test
    void theVeryAnchorsMayBeGivenWhereTheVectorHasOnlyTheirHashes() {
        SteeringVector hashed = VECTOR.withPrompts(VECTOR.requirePrompts().withoutPrompts());
        LayerAnchoring anchoring = LayerAnchoring.withDefaults();
        assertEquals(
                anchoring.anchor(DemoModel.model(), VECTOR),
                anchoring.anchor(DemoModel.model(), hashed, DemoModel.anchors()));
        assertEquals(
                "this steering vector has no prompts in it, only their hashes. Give the prompts that it was extracted from,"
                        + " or extract it again and keep them.",
                assertThrows(BadRequest.class, () -> anchoring.anchor(DemoModel.model(), hashed))
                        .getMessage());
    }

    @Test
    void withoutRefusalTokensFallsBackToSeparation() {
        LayerChoice choice = LayerAnchoring.withDefaults()
                .withProjector(VocabularyProjector.withDefaults().withRefusalTokens(RefusalTokens.ofIds(List.of())))
                .anchor(DemoModel.model(), VECTOR)
                .layers();
        assertEquals(List.of(4, 5), choice.layers());
        assertTrue(choice.reason().contains("no segment's top tokens hold a refusal token"), choice.reason());
    }

    /** Half of the mean norm of the directions of layers 4 and 5, or half of the directions themselves. */
    @Test
    void aStrengthThatIsNotGivenIsInProportionToTheNorms() {
        LayerAnchoring anchoring = LayerAnchoring.withDefaults().withSteeringLayers(List.of(4, 5));
        double norms = VECTOR.requireStatistics().get(4).directionNorm()
                + VECTOR.requireStatistics().get(5).directionNorm();
        Anchoring unit = anchoring.anchor(DemoModel.model(), VECTOR).anchoring();
        assertEquals(norms / 4, unit.alpha(), 0.05);
        assertEquals(VectorScale.UNIT, unit.scale());
        Anchoring raw = anchoring
                .withStrength(VectorScale.RAW)
                .anchor(DemoModel.model(), VECTOR)
                .anchoring();
        assertEquals(0.5, raw.alpha());
        assertEquals(
                LayerAnchoring.DEFAULT_ALPHA,
                anchoring
                        .anchor(DemoModel.model(), VECTOR.withStatistics(null))
                        .anchoring()
                        .alpha());
        SteeringVector tiny = VECTOR.withStatistics(VECTOR.requireStatistics().stream()
                .map(s -> new LayerStatistics(s.layer(), 4, 0.9, 1))
                .toList());
        assertEquals(
                0.9, anchoring.anchor(DemoModel.model(), tiny).anchoring().alpha(), "never more than the activations");
    }

    @Test
    void whatIsFoundSaysHowSureItIs() {
        Anchoring good = LayerAnchoring.withDefaults()
                .anchor(DemoModel.model(), VECTOR, DemoModel.calibration())
                .anchoring();
        assertEquals(List.of(), VectorQuality.remarks(VECTOR.withAnchoring(good)));
        assertEquals(LayerEvidence.Basis.PROJECTION, good.evidence().basis());
        assertTrue(good.evidence().chance() < 0.05, good.evidence().toString());
        assertTrue(good.calibration().interval().low() > 0.9);
        // Classes that do not differ: every second harmless prompt is called harmful.
        List<String> harmless = DemoModel.calibration().harmless();
        List<String> one = new ArrayList<>();
        List<String> other = new ArrayList<>();
        for (int i = 0; i < harmless.size(); i++) {
            (i % 2 == 0 ? one : other).add(harmless.get(i));
        }
        Anchoring none = LayerAnchoring.withDefaults()
                .withProjector(VocabularyProjector.withDefaults().withRefusalTokens(RefusalTokens.ofIds(List.of())))
                .anchor(DemoModel.model(), VECTOR, new ContrastSet(one, other))
                .anchoring();
        assertEquals(LayerEvidence.Basis.SEPARATION, none.evidence().basis());
        List<String> remarks = VectorQuality.remarks(VECTOR.withAnchoring(none));
        assertEquals(2, remarks.size(), remarks::toString);
        assertTrue(
                remarks.get(0).startsWith("The vector's threshold cannot be told from chance: AUC 0."), remarks.get(0));
        assertTrue(remarks.get(1).contains("cannot be told from others: such a separation"), remarks.get(1));
    }

    @Test
    void leavingOneOutTakesItOutOfTheMean() {
        Transition out = new Transition(new float[][] {{4, 0}}, new float[][] {{0, 0}});
        // The mean of (4, 0), (1, 2) and (1, 4) is (2, 2); without the first it is (1, 3).
        LayerMatrix rest = AnchorCosines.without(LayerMatrix.of(new float[][] {{2, 2}}), out, 3);
        assertArrayEquals(new float[] {1, 3}, rest.row(0), 1e-6f);
    }

    @Test
    void refusesAnchorsThatExtractionHasSeen() {
        ContrastSet seen = new ContrastSet(DemoModel.anchors().harmful().subList(0, 2), List.of("What is tea?"));
        SteeringVector hashed = VECTOR.withPrompts(VECTOR.requirePrompts().withoutPrompts());
        for (SteeringVector vector : List.of(VECTOR, hashed)) {
            String message = assertThrows(SteeringException.class, () -> LayerAnchoring.withDefaults()
                            .anchor(DemoModel.model(), vector, seen))
                    .getMessage();
            assertTrue(message.contains("held-out prompts are among the prompts of the extraction"), message);
        }
    }

    @Test
    void refusesAnotherPromptFormatAndMissingLayers() {
        var plain = DemoModel.model().withFormat(PromptFormat.plain());
        LayerAnchoring anchoring = LayerAnchoring.withDefaults();
        String message = assertThrows(SteeringException.class, () -> anchoring.anchor(plain, VECTOR))
                .getMessage();
        assertTrue(message.startsWith("this steering vector was extracted with another chat template"), message);
        LayerAnchoring.Result all = anchoring
                .withCheck(ModelCheck.ANY_MODEL)
                .withSteeringLayers(List.of(3))
                .anchor(plain, VECTOR, DemoModel.calibration());
        assertEquals(List.of(3), all.anchoring().steeringLayers());
        LayerAnchoring sixth = anchoring.withSteeringLayers(List.of(6));
        assertEquals(
                "There is no layer 6: the model has 6 layers, 0 to 5.",
                assertThrows(SteeringException.class, () -> sixth.anchor(DemoModel.model(), VECTOR))
                        .getMessage());
    }
}
