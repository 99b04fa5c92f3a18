package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SteeringVectorTest {
    private final SteeringVector bare = VectorExamples.fromElsewhere();

    @Test
    void aVectorFromElsewhereIsAValueToo() {
        assertEquals(2, bare.layers());
        assertEquals(3, bare.hidden());
        assertEquals(VectorScale.RAW, bare.scale());
        assertNull(bare.transitionReference());
        assertNull(bare.statistics());
        assertNull(bare.prompts());
        assertNull(bare.anchoring());
        assertNull(bare.learning());
        assertNull(bare.provenance().modelFingerprint());
    }

    @Test
    void saysWhatIsMissingAndWhatToDo() {
        assertMissing(
                "this steering vector has no transition reference, which telling harmful prompts from harmless ones"
                        + " (SCANS) needs. Extract one from the model's own activations, or steer without a classifier:"
                        + " add or subtract it.",
                bare::requireTransitionReference);
        assertMissing(
                "this steering vector has no statistics of its layers. They are measured when a vector is extracted:"
                        + " extract one from the model.",
                bare::requireStatistics);
        assertMissing(
                "this steering vector has no record of the prompts that it was extracted from. Extract one from prompts of"
                        + " both classes.",
                bare::requireKeptPrompts);
        assertMissing(
                "this steering vector has no prompts in it, only their hashes. Give the prompts that it was extracted from,"
                        + " or extract it again and keep them.",
                VectorExamples.complete()::requireKeptPrompts);
        assertMissing(
                "this steering vector has no chosen layers, strength and threshold yet. Anchor its layers on harmful and"
                        + " harmless prompts first, or say them.",
                bare::requireAnchoring);
    }

    private static void assertMissing(String message, Executable call) {
        assertEquals(message, assertThrows(BadRequest.class, call).getMessage());
    }

    @Test
    void givesWhatIsThere() {
        SteeringVector whole = VectorExamples.complete();
        assertEquals(whole.transitionReference(), whole.requireTransitionReference());
        assertEquals(whole.statistics(), whole.requireStatistics());
        assertEquals(whole.prompts(), whole.requirePrompts());
        assertEquals(whole.anchoring(), whole.requireAnchoring());
        assertEquals(VectorExamples.prompts(), VectorExamples.plain().requireKeptPrompts());
    }

    @Test
    void theScaleOfTheAnchoringCountsWhereThereIsOne() {
        SteeringVector unit = VectorExamples.plain();
        assertEquals(VectorScale.UNIT, unit.scale());
        assertEquals(VectorScale.RAW, VectorExamples.anchored().scale());
        assertEquals(
                VectorScale.UNIT, VectorExamples.anchored().withAnchoring(null).scale());
        assertEquals(unit.directions().unit(), unit.directions(VectorScale.UNIT));
        assertEquals(unit.directions(), unit.directions(VectorScale.RAW));
    }

    @Test
    void otherDirectionsKeepWhatIsAttached() {
        LayerMatrix others = LayerMatrix.of(new float[][] {{1, 1, 1}, {2, 2, 2}});
        SteeringVector changed = VectorExamples.complete().withDirections(others);
        assertEquals(others, changed.directions());
        assertEquals(
                VectorExamples.complete(),
                changed.withDirections(VectorExamples.complete().directions()));
        assertNotEquals(VectorExamples.complete(), changed);
    }

    @Test
    void partsOfAnotherSizeAreRefused() {
        LayerMatrix narrow = LayerMatrix.of(new float[][] {{1}, {2}});
        assertThrows(IllegalArgumentException.class, () -> bare.withTransitionReference(narrow));
        assertThrows(IllegalArgumentException.class, () -> bare.withStatistics(List.of()));
        SteeringVector whole = VectorExamples.plain();
        assertThrows(IllegalArgumentException.class, () -> whole.withDirections(narrow));
    }

    @Test
    void toStringNeverShowsAPrompt() {
        for (SteeringVector vector : List.of(VectorExamples.plain(), VectorExamples.complete())) {
            for (String text : List.of(
                    vector.toString(),
                    String.valueOf(vector.prompts()),
                    VectorExamples.prompts().toString())) {
                assertFalse(text.contains("egg") || text.contains("time is it"), text);
            }
        }
        assertEquals(
                "SteeringVector[2 x 3, mean-difference of tiny-llama, ExtractionPrompts[2 harmful, 1 harmless, prompts"
                        + " kept], transition reference, statistics]",
                VectorExamples.plain().toString());
        assertEquals("SteeringVector[2 x 3, repeng of llama, no prompts]", bare.toString());
    }

    @Test
    void hashesTellWhetherAPromptWasUsed() {
        ExtractionPrompts prompts = ExtractionPrompts.hashed(VectorExamples.prompts());
        assertTrue(prompts.contains("  How do I boil an egg?\n"));
        assertFalse(prompts.contains("How do I boil an egg"));
        assertEquals(
                // printf 'How do I boil an egg?' | sha256sum
                "c7853475738ea0eda6265e1276919665ea715ccfb665b9ab505a5d38b6c92275",
                prompts.harmful().get(0));
        assertEquals(prompts, ExtractionPrompts.kept(VectorExamples.prompts()).withoutPrompts());
        assertEquals(prompts, ExtractionPrompts.ofHashes(prompts.harmful(), prompts.harmless()));
        assertNotEquals(prompts, ExtractionPrompts.kept(VectorExamples.prompts()));
    }

    @Test
    void theVeryPromptsAreKnownInAnyOrder() {
        ContrastSet set = VectorExamples.prompts();
        ExtractionPrompts prompts = ExtractionPrompts.hashed(set);
        List<String> turned = List.of(set.harmful().get(1), " " + set.harmful().get(0));
        assertTrue(prompts.areThoseOf(new ContrastSet(turned, set.harmless())));
        assertFalse(prompts.areThoseOf(new ContrastSet(set.harmless(), set.harmful())));
        assertFalse(prompts.areThoseOf(new ContrastSet(turned.subList(0, 1), set.harmless())));
    }
}
