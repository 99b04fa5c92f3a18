package dev.steering.eval.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.eval.compare.Share;
import dev.steering.eval.utility.TokenMean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What later commands read of a comparison: curves and divergences. */
class SavedCurvesTest {
    private static final String POINT =
            "{\"strength\":%s,\"over_refusal\":{\"value\":%s,\"low\":0.1,\"high\":0.6},\"harmful_refusal\":{\"value\":1,\"low\":0.9,\"high\":1},"
                    + "\"jailbreak_refusal\":%s,\"sets\":[{\"n\":20},{\"n\":30}]}";

    @TempDir
    private Path directory;

    private SavedCurves read(String points) throws IOException {
        Files.writeString(
                directory.resolve("results.json"),
                "{\"model\":\"m\",\"judge\":\"j\",\"methods\":[{\"name\":\"scans\",\"curve\":[" + points
                        + "],\"operating_point\":{\"strength\":0.5}}]}");
        return Objects.requireNonNull(SavedCurves.find(directory));
    }

    @Test
    void curvesAreThoseThatWereWritten() throws IOException {
        assertNull(SavedCurves.find(directory));
        SavedCurves curves = read(POINT.formatted("0.25", "0.5", "null") + ","
                + POINT.formatted("0.5", "0.7", "{\"value\":0.4,\"low\":0.2,\"high\":0.6}"));
        assertEquals("m", curves.model());
        SavedCurves.Point first = curves.methods().get(0).points().get(0);
        assertEquals(new Share(0.5, 0.1, 0.6), first.overRefusal());
        assertEquals(50, first.prompts());
        assertNull(first.jailbreakRefusal());
        assertFalse(first.chosen());
        SavedCurves.Point second = curves.methods().get(0).points().get(1);
        assertTrue(second.chosen());
        assertEquals(new Share(0.7, 0.1, 0.7), second.overRefusal(), "a band of few draws reaches the share");
        assertEquals(new Share(0.4, 0.2, 0.6), second.jailbreakRefusal());
    }

    @Test
    void otherResultsAreNoComparisonAndDamagedOnesAreSaid() throws IOException {
        Files.writeString(directory.resolve("results.json"), "{\"methods\":{\"default\":{}}}");
        assertNull(SavedCurves.find(directory), "an evaluation's");
        BadFile wrong = assertThrows(BadFile.class, () -> read(POINT.formatted("0.25", "1.5", "null")));
        assertTrue(wrong.getMessage().contains("expected value, low and high from 0 to 1, found"), wrong.getMessage());
        BadFile none = assertThrows(BadFile.class, () -> read(""));
        assertTrue(none.getMessage().contains("expected a curve of at least one strength"), none.getMessage());
        Files.writeString(directory.resolve("results.json"), "{");
        assertThrows(BadFile.class, () -> SavedCurves.find(directory));
    }

    /** By hand: 6 nats over 12 tokens; a batch that is known together alone has no band; infinite ones are left out. */
    @Test
    void divergencesAreMeansOverTokens() throws IOException {
        Files.writeString(
                directory.resolve("utility.jsonl"),
                """
                {"key":"kl scans alpha=0.5 0","sum":5,"tokens":10,"answer_sums":[1,4],"answer_tokens":[5,5]}
                {"key":"kl scans alpha=0.5 32","sum":1,"tokens":2,"answer_sums":[1],"answer_tokens":[2]}
                {"key":"kl old 0","sum":3,"tokens":6}
                {"key":"kl adacd 0","sum":null,"tokens":6}
                {"key":"perplexity 12 scans 0","sum":3,"tokens":6}
                """);
        Files.writeString(
                directory.resolve("divergence.jsonl"),
                "{\"method\":\"4:+0.5\",\"item\":1,\"sum\":2,\"tokens\":4}\n{\"method\":\"4:+0.5\",\"item\":2,\"sum\":0,\"tokens\":4}\n");
        Map<String, TokenMean> found = SavedDivergences.read(directory);
        assertEquals(Set.of("scans alpha=0.5", "old", "4:+0.5"), found.keySet());
        TokenMean scans = Objects.requireNonNull(found.get("scans alpha=0.5"));
        assertEquals(0.5, scans.value());
        assertEquals(0.2, Objects.requireNonNull(scans.low()), 1e-12, "the first answer three times");
        assertEquals(0.8, Objects.requireNonNull(scans.high()), 1e-12, "the second three times");
        assertEquals(new TokenMean(0.5, null, null), found.get("old"));
        assertEquals(new TokenMean(0.25, 0.0, 0.5), found.get("4:+0.5"));
        Files.writeString(directory.resolve("divergence.jsonl"), "[]\n");
        assertThrows(BadFile.class, () -> SavedDivergences.read(directory));
    }
}
