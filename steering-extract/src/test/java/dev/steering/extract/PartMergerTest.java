package dev.steering.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.files.OutputRule;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartMergerTest {
    private static final int PARTS = 7;

    @TempDir
    private Path directory;

    private static ExtractionPart part(VectorExtractor extractor, int number, int of) {
        return extractor.collect(DemoModel.model(), DemoModel.anchors(), new Shard(number, of));
    }

    /** Through files, in another order. */
    private SteeringVector merged(VectorExtractor extractor) {
        List<ExtractionPart> parts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int number = PARTS; number >= 1; number--) {
            Path file = directory.resolve("part-" + number);
            PartFile.write(file, part(extractor, number, PARTS), OutputRule.STANDARD);
            parts.add(PartFile.read(file));
            names.add(file.toString());
        }
        return PartMerger.merge(parts, names, ProgressListener.NONE);
    }

    @ParameterizedTest
    @EnumSource(Estimator.class)
    void sevenPartsAreTheWhole(Estimator method) {
        VectorExtractor extractor =
                VectorExtractor.withDefaults().withMethod(method).withKeptPrompts(true);
        ContrastSet few = new ContrastSet(
                DemoModel.anchors().harmful().subList(0, 24),
                DemoModel.anchors().harmless().subList(0, 24));
        SteeringVector whole = extractor.extract(DemoModel.model(), few);
        List<ExtractionPart> parts = IntStream.rangeClosed(1, PARTS)
                .mapToObj(number -> extractor.collect(DemoModel.model(), few, new Shard(number, PARTS)))
                .toList();
        List<String> names = parts.stream().map(part -> part.shard().toString()).toList();
        SteeringVector merged = PartMerger.merge(parts, names, ProgressListener.NONE);
        assertSame(whole, merged);
    }

    @Test
    void partsThroughFilesAreTheWhole() {
        VectorExtractor extractor = VectorExtractor.withDefaults();
        assertSame(extractor.extract(DemoModel.model(), DemoModel.anchors()), merged(extractor));
    }

    /** Forward passes of other batches differ by float32 rounding, which is all that may. */
    private static void assertSame(SteeringVector whole, SteeringVector merged) {
        assertEquals(whole.provenance(), merged.provenance());
        assertEquals(whole.prompts(), merged.prompts());
        for (int l = 0; l < whole.layers(); l++) {
            assertTrue(whole.directions().cosine(l, merged.directions(), l) > 1 - 1e-6);
            assertTrue(whole.requireTransitionReference().cosine(l, merged.requireTransitionReference(), l) > 1 - 1e-6);
            LayerStatistics one = whole.requireStatistics().get(l);
            LayerStatistics other = merged.requireStatistics().get(l);
            assertClose(one.directionNorm(), other.directionNorm());
            assertClose(one.activationNorm(), other.activationNorm());
            assertClose(one.separability(), other.separability());
            LayerReliability a = Objects.requireNonNull(one.reliability());
            LayerReliability b = Objects.requireNonNull(other.reliability());
            assertClose(a.resampled().low(), b.resampled().low());
            assertClose(a.cosine().low(), b.cosine().low());
            assertClose(a.cosine().high(), b.cosine().high());
            assertClose(a.splitHalf(), b.splitHalf());
            assertClose(a.auc(), b.auc());
            assertClose(a.cohensD(), b.cohensD());
            assertClose(a.explainedVariance(), b.explainedVariance());
            assertClose(a.control().observed(), b.control().observed());
            assertClose(a.control().high(), b.control().high());
            assertEquals(a.control().chance(), b.control().chance());
            assertClose(a.stability().get(1).cosine(), b.stability().get(1).cosine());
        }
    }

    /** To a millionth of what it is. */
    private static void assertClose(double expected, double actual) {
        assertEquals(expected, actual, 1e-6 * Math.max(1, Math.abs(expected)));
    }

    private static String refused(ExtractionPart... parts) {
        List<String> names = IntStream.rangeClosed(1, parts.length)
                .mapToObj(i -> "file " + i)
                .toList();
        return assertThrows(BadRequest.class, () -> PartMerger.merge(List.of(parts), names, ProgressListener.NONE))
                .getMessage();
    }

    @Test
    void partsThatDoNotMakeAWholeAreRefused() {
        VectorExtractor extractor = VectorExtractor.withDefaults();
        ExtractionPart first = part(extractor, 1, 40);
        ExtractionPart second = part(extractor, 2, 40);
        assertEquals(
                "file 1 and file 3 are the same part 1/40: its prompts would count twice. Leave one out.",
                refused(first, second, part(extractor, 1, 40)));
        String missing = refused(part(extractor, 1, 3));
        assertEquals(
                "the extraction is not complete: part 2/3, 3/3 is missing. Extract what is missing and give all parts.",
                missing);
        assertEquals(
                "file 2 belongs to another extraction than file 1: their methods differ. Merge the parts of one extraction.",
                refused(first, part(extractor.withMethod(Estimator.PCA), 2, 40)));
        assertTrue(refused(first, part(extractor, 2, 41)).contains("their numbers of parts differ"));
        assertTrue(
                refused(first, part(extractor.withMarker("Of course"), 2, 40)).contains("their markers differ"));
        assertTrue(refused(first, part(extractor.withTokenSelector(TokenSelector.mean()), 2, 40))
                .contains("their tokens differ"));
        ContrastSet other = new ContrastSet(DemoModel.anchors().harmful(), Collections.nCopies(41, "What is tea?"));
        assertTrue(refused(first, extractor.collect(DemoModel.model(), other, new Shard(2, 40)))
                .contains("their prompts differ"));
    }

    @Test
    void parsesParts() {
        assertEquals(new Shard(2, 7), Shard.parse("2/7"));
        for (String wrong : List.of("0/7", "8/7", "1/0", "2", "a/b", "1/7/2", "-1/7")) {
            assertThrows(BadRequest.class, () -> Shard.parse(wrong), wrong);
        }
        assertEquals(List.of(1, 4), new Shard(2, 3).places(6));
        assertEquals(List.of(), new Shard(3, 3).places(2));
    }

    @Test
    void pairsNeedAsManyPromptsOfBothClasses() {
        ContrastSet uneven =
                new ContrastSet(List.of("What is tea?", "Where is Sweden?"), List.of("How do I bake bread?"));
        VectorExtractor extractor = VectorExtractor.withDefaults().withMethod(Estimator.PAIRED_PCA);
        assertTrue(assertThrows(BadRequest.class, () -> extractor.extract(DemoModel.model(), uneven))
                .getMessage()
                .contains("found 2 and 1"));
    }
}
