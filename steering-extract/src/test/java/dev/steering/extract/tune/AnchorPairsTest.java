package dev.steering.extract.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.vector.ContrastSet;
import dev.steering.extract.tune.AnchorPair.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorPairsTest {
    @TempDir
    Path directory;

    private static AnchorPairs built(int harmful, int harmless) {
        return BuiltInAnchors.withDefaults().of(prompts(harmful, harmless));
    }

    private static ContrastSet prompts(int harmful, int harmless) {
        return new ContrastSet(
                IntStream.range(0, harmful).mapToObj(i -> "harmful " + i).toList(),
                IntStream.range(0, harmless).mapToObj(i -> "harmless " + i).toList());
    }

    @Test
    void harmfulPromptsGetARefusalAndTheBeginningOfCompliance() {
        AnchorPairs pairs = built(5, 3);
        assertEquals(5, pairs.of(Kind.HARMFUL_REFUSAL).size());
        assertEquals(5, pairs.of(Kind.HARMFUL_ANSWER).size());
        assertEquals(3, pairs.of(Kind.HARMLESS_ANSWER).size());
        for (AnchorPair pair : pairs.of(Kind.HARMFUL_ANSWER)) {
            assertTrue(BuiltInAnchors.COMPLIANCE.contains(pair.response()), pair.response());
        }
        for (AnchorPair pair : pairs.of(Kind.HARMFUL_REFUSAL)) {
            assertTrue(BuiltInAnchors.REFUSALS.contains(pair.response()), pair.response());
        }
    }

    @Test
    void theModelsOwnResponsesWhereThereAreSome() {
        AnchorPairs pairs = BuiltInAnchors.withDefaults()
                .withOwnResponses(
                        prompt -> prompt.endsWith("0") ? "No." : null, prompt -> prompt.endsWith("1") ? "One." : null)
                .of(prompts(2, 2));
        assertEquals(
                List.of("No.", BuiltInAnchors.REFUSALS.get(1)),
                pairs.of(Kind.HARMFUL_REFUSAL).stream()
                        .map(AnchorPair::response)
                        .toList());
        assertEquals(
                List.of(BuiltInAnchors.COMPLIANCE.get(0), "One."),
                pairs.of(Kind.HARMLESS_ANSWER).stream()
                        .map(AnchorPair::response)
                        .toList());
    }

    @Test
    void everySecondPromptIsReadUnderASystemPrompt() {
        AnchorPairs pairs =
                BuiltInAnchors.withDefaults().withSystems(List.of("A", "B")).of(prompts(5, 5));
        assertEquals(
                "null A null B null",
                pairs.of(Kind.HARMLESS_ANSWER).stream()
                        .map(pair -> String.valueOf(pair.system()))
                        .collect(Collectors.joining(" ")));
    }

    @Test
    void promptsAreHeldOutWithAllTheirPairs() {
        AnchorPairs pairs = built(20, 15);
        AnchorPairs.Split split = pairs.split(0.2, 5);
        assertEquals(4, split.heldOut().of(Kind.HARMFUL_REFUSAL).size());
        assertEquals(4, split.heldOut().of(Kind.HARMFUL_ANSWER).size());
        assertEquals(3, split.heldOut().of(Kind.HARMLESS_ANSWER).size());
        Set<String> shared = new HashSet<>(
                split.train().pairs().stream().map(AnchorPair::prompt).toList());
        shared.retainAll(
                split.heldOut().pairs().stream().map(AnchorPair::prompt).toList());
        assertEquals(Set.of(), shared);
        assertEquals(
                pairs.pairs().size(),
                split.train().pairs().size() + split.heldOut().pairs().size());
        assertEquals(split, pairs.split(0.2, 5));
        assertNotEquals(split, pairs.split(0.2, 6));
        assertEquals(16, split.counts().get("harmful_refusal"));
        assertEquals(3, split.counts().get("harmless_answer_held_out"));
    }

    @Test
    void theHashIsOfEveryText() throws IOException {
        AnchorPairs pairs = read(
                """
                {"prompt": "p", "response": "r", "label": "harmful", "kind": "refusal"}
                {"prompt": "p", "response": "a", "label": "harmful", "kind": "answer", "system": "s", "id": 7}
                {"prompt": "q", "response": "b", "label": "harmless", "kind": "answer"}
                """);
        assertEquals("s", pairs.pairs().get(1).system());
        assertNull(pairs.pairs().get(0).system());
        // python3 -c 'import hashlib,struct; print(hashlib.sha256(b"".join(struct.pack(">Q",len(t))+t.encode() for t in
        //   "harmful refusal p r _ harmful answer p a s harmless answer q b _".replace("_","").split("
        // "))).hexdigest())'
        assertEquals("a251da8f9755663abdb7abe0c63577cff53eb99eb20b273e6f6ab3c44e4db4c1", pairs.hash());
    }

    @Test
    void whatIsWrongWithAFileIsNamed() {
        String refusal = "{\"prompt\": \"p\", \"response\": \"r\", \"label\": \"harmful\", \"kind\": \"refusal\"}\n";
        assertError(
                refusal,
                ": Tuning needs anchor pairs of three kinds; there are no harmful prompts with answers. Add lines with"
                        + " \"label\": \"harmful\", \"kind\": \"answer\".");
        assertError(
                refusal + "{\"prompt\": \"p\", \"label\": \"harmful\", \"kind\": \"answer\"}",
                ", pair 2: there is no field 'response'. A pair has prompt, response, label (harmful or harmless), kind"
                        + " (refusal or answer) and, if wanted, system.");
        assertError(
                "{\"prompt\": \"p\", \"response\": \"r\", \"label\": \"harmless\", \"kind\": \"refusal\"}",
                ", pair 1: expected label and kind to be harmful refusal, harmful answer or harmless answer, found harmless"
                        + " refusal.");
        assertError(
                "{\"prompt\": \"p\", \"response\": \" \", \"label\": \"harmful\", \"kind\": \"refusal\"}",
                ": An anchor pair has a blank prompt or response: 'p', ' '. Remove it or fill it in.");
    }

    @Test
    void tooFewPromptsCannotBeSplit() {
        SteeringException e =
                assertThrows(SteeringException.class, () -> built(1, 5).split(0.2, 0));
        assertTrue(String.valueOf(e.getMessage()).startsWith("The anchors cannot be split"), e.getMessage());
    }

    private AnchorPairs read(String lines) throws IOException {
        return AnchorPairFile.read(Files.writeString(directory.resolve("anchors.jsonl"), lines));
    }

    private void assertError(String lines, String message) {
        assertEquals(
                directory.resolve("anchors.jsonl") + message,
                assertThrows(SteeringException.class, () -> read(lines)).getMessage());
    }
}
