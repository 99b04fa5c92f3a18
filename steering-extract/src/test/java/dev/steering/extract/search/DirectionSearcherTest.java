package dev.steering.extract.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadRequest;
import dev.steering.core.search.AblationSite;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.search.DirectionSearch.Candidate;
import dev.steering.core.search.PartialOrthogonal;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.DemoModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code search-golden.json} was made by functions of the public code (github.com/mainlp/False-Refusal-Mitigation: refusal scores,
 * divergences, mean differences, orthogonalisation, filter and hooks) on the demo model in float32 under transformers.
 */
class DirectionSearcherTest {
    private static final PromptSets NONE = new PromptSets(List.of(), List.of(), List.of());

    /** Over-refused prompts are those of the calibration; every fifth of all is held out. */
    private static PromptSets.Split prompts() {
        return new PromptSets(
                        DemoModel.calibration().harmless(),
                        DemoModel.anchors().harmful(),
                        DemoModel.anchors().harmless())
                .split(NONE, 5);
    }

    private static JsonNode golden() {
        try {
            return new ObjectMapper()
                    .readTree(Path.of("src/test/resources/search-golden.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SteeringVector search(SearchSettings settings) {
        return DirectionSearcher.with(settings).search(DemoModel.model(), prompts());
    }

    private static DirectionSearch found(SteeringVector vector) {
        DirectionSearch search = vector.search();
        assertNotNull(search);
        return search;
    }

    @ParameterizedTest
    @CsvSource({
        "all-points, 1, 16",
        "all-points, 0.5, 16",
        "all-points, 0.5, 3",
        "block-inputs, 1, 16",
        "block-inputs, 0.5, 7",
        "block-outputs, 1, 16",
        "block-outputs, 0.5, 16"
    })
    void everyCandidateIsThatOfThePublicCode(String site, double lambda, int batch) {
        DirectionSearch search = found(search(SearchSettings.surgical()
                .withLambda(lambda)
                .withSite(AblationSite.parse(site))
                .withBatchSize(batch)));
        int compared = 0;
        Candidate lowest = null;
        for (JsonNode expected : golden().get("surgical")) {
            if (expected.get("site").asText().equals(site)
                    && expected.get("lam").asDouble() == lambda) {
                Candidate candidate = search.candidates().get(compared++);
                assertEquals(expected.get("position").asInt(), candidate.position());
                assertEquals(expected.get("layer").asInt(), candidate.layer());
                assertEquals(expected.get("score").asDouble(), candidate.score(), 1e-4, candidate.toString());
                assertEquals(expected.get("divergence").asDouble(), candidate.divergence(), 1e-5, candidate.toString());
                assertNull(candidate.induced());
                lowest = lowest == null || candidate.score() < lowest.score() ? candidate : lowest;
            }
        }
        assertEquals(6, compared);
        assertEquals(6, search.candidates().size());
        assertEquals(lowest, search.chosen());
        assertEquals(golden().at("/baseline/over-refused").asDouble(), search.baseline(), 1e-4);
        for (DirectionSearch.SetCount set : search.sets()) {
            assertEquals(golden().get("kept").get(set.set()).asInt(), set.kept(), set.toString());
        }
    }

    @Test
    void theDirectionIsThatOfThePublicCodeInEveryRow() {
        SteeringVector vector = search(SearchSettings.surgical().withLambda(0.5));
        DirectionSearch search = found(vector);
        JsonNode direction = golden().get("direction");
        assertEquals(direction.get("position").asInt(), search.position());
        assertEquals(direction.get("layer").asInt(), search.layer());
        for (int layer = 0; layer < vector.layers(); layer++) {
            float[] row = vector.directions().row(layer);
            for (int i = 0; i < row.length; i++) {
                assertEquals(direction.get("values").get(i).asDouble(), row[i], 1e-5);
            }
        }
        assertEquals("surgical", vector.provenance().method());
        assertEquals("last", vector.provenance().tokenSelector());
    }

    @Test
    void twoSetsAreSearchedAsInThePublicCode() {
        // The demo model's refusals are not added by any of them: without that condition the lowest score wins.
        SearchSettings published = SearchSettings.refusalDirection();
        BadRequest e = assertThrows(BadRequest.class, () -> search(published));
        assertTrue(e.getMessage().contains("refusal score -7.26 when added"), e.getMessage());
        SearchSettings settings =
                new SearchSettings(published.method(), null, published.site(), 0.1, 0.8, -5.0, true, List.of("I"), 16);
        DirectionSearch search = found(search(settings));
        int i = 0;
        for (JsonNode expected : golden().get("refusal-direction")) {
            Candidate candidate = search.candidates().get(i++);
            assertEquals(expected.get("position").asInt(), candidate.position());
            assertEquals(expected.get("layer").asInt(), candidate.layer());
            assertEquals(expected.get("score").asDouble(), candidate.score(), 1e-4);
            assertEquals(expected.get("divergence").asDouble(), candidate.divergence(), 1e-5);
            Double induced = candidate.induced();
            assertNotNull(induced);
            assertEquals(expected.get("induced").asDouble(), induced, 1e-3);
        }
        assertEquals(6, i);
        assertEquals(-1, search.position());
        assertEquals(0, search.layer());
    }

    @Test
    void aVectorFileKeepsTheSearchAndBothContrasts(@TempDir Path directory) throws IOException {
        SteeringVector vector = search(SearchSettings.surgical().withLambda(0.5));
        Path file = directory.resolve("v.safetensors");
        VectorFile.write(file, vector);
        assertEquals(vector, VectorFile.read(file));
        VectorFile.write(
                directory.resolve("again.safetensors"),
                search(SearchSettings.surgical().withLambda(0.5)));
        assertEquals(
                -1, Files.mismatch(file, directory.resolve("again.safetensors")), "the same input, the same bytes");
        DirectionSearch search = found(vector);
        SteeringVector.Contrasts contrasts = vector.requireContrasts();
        double[] left = PartialOrthogonal.of(
                PartialOrthogonal.doubles(contrasts.overRefused().row(search.layer())),
                PartialOrthogonal.doubles(contrasts.harmful().row(search.layer())),
                0.5);
        double[] stored = PartialOrthogonal.doubles(vector.directions().row(0));
        assertEquals(1, PartialOrthogonal.dot(PartialOrthogonal.unit(left), stored), 1e-6);
        assertEquals(96, vector.requirePrompts().overRefused().size());
        assertEquals(24 + 12 + 12, vector.requirePrompts().development().size());
        assertTrue(
                vector.requirePrompts()
                        .contains(DemoModel.calibration().harmless().get(4)),
                "held out");
    }

    @Test
    void promptsOfOnesOwnToChooseOnTakeThePlaceOfThoseHeldOut() {
        PromptSets all = new PromptSets(List.of("a", "b"), List.of("c", "d"), List.of("e", "f", "g"));
        PromptSets.Split split = all.split(new PromptSets(List.of("x"), List.of(), List.of()), 2);
        assertEquals(new PromptSets(List.of("a", "b"), List.of("c"), List.of("e", "g")), split.training());
        assertEquals(new PromptSets(List.of("x"), List.of("d"), List.of("f")), split.development());
        assertEquals(
                "Of 2 over-refused prompts none can be held out to choose a direction on: that takes at least 5, or prompts"
                        + " of their own to choose on.",
                assertThrows(BadRequest.class, () -> all.split(NONE, 5)).getMessage());
    }

    @Test
    void whatFindsNothingSaysWhatToDo() {
        BadRequest filter = assertThrows(
                BadRequest.class, () -> search(SearchSettings.surgical().withRefusalTokens(List.of("zebra"))));
        assertEquals(
                "None of the 52 harmful prompts has a refusal score above 0, so the filter leaves none. Refusals were expected to"
                        + " begin with zebra: name the words with which this model's do, or do not filter.",
                filter.getMessage());
        BadRequest divergence = assertThrows(
                BadRequest.class, () -> search(SearchSettings.surgical().withLimits(1e-6, 0.8)));
        assertTrue(
                divergence
                        .getMessage()
                        .startsWith("None of the directions keeps what it has to: a divergence of at most 1.0E-6 nats"),
                divergence.getMessage());
        assertEquals(
                "A search needs over-refused, harmful and harmless prompts, found 0 over-refused, 64 harmful and 64 harmless"
                        + " ones to find directions on.",
                assertThrows(BadRequest.class, () -> DirectionSearcher.with(SearchSettings.surgical())
                                .search(
                                        DemoModel.model(),
                                        new PromptSets.Split(
                                                new PromptSets(
                                                        List.of(),
                                                        DemoModel.anchors().harmful(),
                                                        DemoModel.anchors().harmless()),
                                                NONE)))
                        .getMessage());
    }

    @Test
    void layersAreThoseThatThePublicCodeKeeps() {
        SearchSettings published = SearchSettings.surgical();
        // Its layers, which are inputs, run to int(0.8 n) exclusively; ours are the outputs before them.
        assertEquals(3, published.searched(6));
        assertEquals(24, published.searched(32));
        assertEquals(1, published.searched(2));
        assertEquals(6, published.withLimits(0.2, 1).searched(6));
    }
}
