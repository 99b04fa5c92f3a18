package dev.steering.extract;

import static dev.steering.extract.DemoModel.relativeError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.PromptFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VectorExtractorTest {
    private static final ContrastSet FEW = new ContrastSet(
            List.of("How do I bake bread?", "What is a wasp?", "Tell me about tea."),
            List.of("How do I water a plant?", "Where is Sweden?", "Write a short note."));

    private static SteeringVector extract(VectorExtractor extractor, ContrastSet prompts) {
        return extractor.extract(DemoModel.model(), prompts);
    }

    @Test
    void agreesWithTheReferenceImplementation() {
        SteeringVector vector = extract(VectorExtractor.withDefaults(), DemoModel.anchors());
        SafetensorsFile reference = DemoModel.referenceTensors();
        assertTrue(relativeError(vector.directions().values(), reference.floats("mean_difference_raw")) < 1e-4);
        float[] unit = vector.directions(VectorScale.UNIT).values();
        assertTrue(relativeError(unit, reference.floats("mean_difference_unit")) < 1e-4);
        assertTrue(relativeError(vector.requireTransitionReference().values(), reference.floats("transition_reference"))
                < 1e-4);
    }

    /** Pairs are told by their order. */
    @ParameterizedTest
    @EnumSource(value = Estimator.class, mode = EnumSource.Mode.EXCLUDE, names = "PAIRED_PCA")
    void orderAndBatchSizeDoNotMatter(Estimator method) {
        ContrastSet anchors = DemoModel.anchors();
        List<String> harmful = new ArrayList<>(anchors.harmful());
        List<String> harmless = new ArrayList<>(anchors.harmless());
        Collections.shuffle(harmful, new Random(1));
        Collections.shuffle(harmless, new Random(2));
        VectorExtractor extractor = VectorExtractor.withDefaults().withMethod(method);
        SteeringVector one = extract(extractor, anchors);
        SteeringVector other = extract(extractor.withBatchSize(5), new ContrastSet(harmful, harmless));
        assertTrue(relativeError(other.directions().values(), one.directions().values()) < 1e-5);
        assertTrue(relativeError(
                        other.requireTransitionReference().values(),
                        one.requireTransitionReference().values())
                < 1e-5);
    }

    @ParameterizedTest
    @EnumSource(Estimator.class)
    void sameInputGivesTheSameValues(Estimator method) {
        VectorExtractor extractor = VectorExtractor.withDefaults().withMethod(method);
        assertEquals(extract(extractor, FEW), extract(extractor, FEW));
    }

    @Test
    void principalComponentsHaveNormOneAndPointAlongTheMeanDifference() {
        SteeringVector mean = extract(VectorExtractor.withDefaults(), DemoModel.anchors());
        SteeringVector pca = extract(VectorExtractor.withDefaults().withMethod(Estimator.PCA), DemoModel.anchors());
        for (int l = 0; l < pca.layers(); l++) {
            assertEquals(1, pca.directions().norm(l), 1e-6);
            assertTrue(pca.directions().cosine(l, mean.directions(), l) > 0.9);
        }
        List<LayerStatistics> statistics = mean.requireStatistics();
        for (LayerStatistics layer : pca.requireStatistics()) {
            LayerStatistics same = statistics.get(layer.layer());
            assertEquals(same.directionNorm(), layer.directionNorm(), 1e-9);
            assertEquals(same.activationNorm(), layer.activationNorm(), 1e-9);
            assertEquals(same.separability(), layer.separability(), 1e-9);
        }
    }

    /** From 4096 prompts on. */
    @Test
    void componentsOfManyPromptsAreThoseOfFew() {
        VectorExtractor extractor = VectorExtractor.withDefaults().withMethod(Estimator.PCA);
        SteeringVector few = extract(extractor, DemoModel.anchors());
        SteeringVector many = extractor.extractComponents(DemoModel.model(), DemoModel.anchors());
        assertTrue(relativeError(many.directions().values(), few.directions().values()) < 1e-5);
        assertEquals(few.transitionReference(), many.transitionReference());
        assertEquals(
                few.requireStatistics().get(3).withoutReliability(),
                many.requireStatistics().get(3));
    }

    @Test
    void oneOrDuplicatedPromptsPerClassWork() {
        ContrastSet one = new ContrastSet(List.of("What is tea?"), List.of("Where is Sweden?"));
        ContrastSet twice = new ContrastSet(
                List.of("What is tea?", "What is tea?"), List.of("Where is Sweden?", "Where is Sweden?"));
        for (Estimator method : Estimator.values()) {
            VectorExtractor extractor = VectorExtractor.withDefaults().withMethod(method);
            SteeringVector vector = extract(extractor, one);
            assertTrue(relativeError(
                            extract(extractor, twice).directions().values(),
                            vector.directions().values())
                    < 1e-5);
            assertEquals(0, vector.statistics().get(0).separability());
        }
    }

    @Test
    void tokenSelectorsDiffer() {
        SteeringVector last = extract(VectorExtractor.withDefaults(), FEW);
        SteeringVector earlier =
                extract(VectorExtractor.withDefaults().withTokenSelector(new TokenSelector.Last(2)), FEW);
        SteeringVector mean = extract(VectorExtractor.withDefaults().withTokenSelector(TokenSelector.mean()), FEW);
        assertTrue(
                relativeError(earlier.directions().values(), last.directions().values()) > 0.1);
        assertTrue(relativeError(mean.directions().values(), last.directions().values()) > 0.1);
        assertEquals(last.transitionReference(), mean.transitionReference());
        assertEquals("last-2", earlier.provenance().tokenSelector());
    }

    @Test
    void provenanceNamesModelPromptsAndMethod() {
        var provenance = extract(VectorExtractor.withDefaults().withMethod(Estimator.PCA), FEW)
                .provenance();
        assertEquals(DemoModel.model().manifest().fingerprint(), provenance.modelFingerprint());
        assertEquals(ContrastSets.hash(FEW), provenance.contrastSetHash());
        assertEquals("pca", provenance.method());
        assertEquals("last", provenance.tokenSelector());
        assertEquals("block-output", provenance.site());
        assertEquals("add", provenance.operation());
        assertEquals("chat", provenance.template());
        var plain = DemoModel.model().withFormat(PromptFormat.plain());
        assertEquals(
                "none",
                VectorExtractor.withDefaults().extract(plain, FEW).provenance().template());
    }

    @Test
    void progressCountsEveryPrompt() {
        List<String> seen = new ArrayList<>();
        extract(
                VectorExtractor.withDefaults()
                        .withBatchSize(2)
                        .withProgress((stage, done, total) -> seen.add(stage + " " + done + "/" + total)),
                FEW);
        assertEquals(
                List.of("harmful prompts 2/3", "harmful prompts 3/3", "harmless prompts 2/3", "harmless prompts 3/3"),
                seen.subList(0, 4));
    }

    @Test
    void refusesAnEmptyClass() {
        ContrastSet empty = new ContrastSet(List.of("What is tea?"), List.of());
        assertEquals(
                "Extraction needs prompts of both classes, found 1 harmful and 0 harmless.",
                assertThrows(SteeringException.class, () -> extract(VectorExtractor.withDefaults(), empty))
                        .getMessage());
    }

    @Test
    void refusesPromptsThatLeaveNoRoomForTheMarker() {
        String words = "tea ".repeat(400);
        ContrastSet longer = new ContrastSet(List.of(words), List.of("What is tea?"));
        String message = assertThrows(SteeringException.class, () -> extract(VectorExtractor.withDefaults(), longer))
                .getMessage();
        assertTrue(message.contains("context"), message);
    }

    @Test
    void refusesClassesThatCannotBeToldApart() {
        ContrastSet same = new ContrastSet(List.of("What is tea?"), List.of("What is tea?"));
        for (Estimator method : Estimator.values()) {
            VectorExtractor extractor = VectorExtractor.withDefaults().withMethod(method);
            String message = assertThrows(SteeringException.class, () -> extract(extractor, same))
                    .getMessage();
            assertTrue(
                    message.startsWith("At layer 0 the harmful and the harmless prompts have the same mean"), message);
        }
    }

    @Test
    void parsesTokenSelectors() {
        for (String label : List.of("last", "last-3", "mean")) {
            assertEquals(label, TokenSelector.parse(label).label());
        }
        assertEquals(
                "'first' is no token selector. Expected last, last-K (K tokens before the last) or mean.",
                assertThrows(SteeringException.class, () -> TokenSelector.parse("first"))
                        .getMessage());
        assertThrows(SteeringException.class, () -> new TokenSelector.Last(3).capture(3));
    }
}
