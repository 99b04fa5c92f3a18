package dev.steering.eval.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Answer;
import dev.steering.apply.Decision;
import dev.steering.core.ProgressListener;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptSet;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.model.decode.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalRunTest {
    private static final ExchangeJudge JUDGE = ExchangeJudge.of("test", text -> text.contains("no"));
    private static final List<EvalItem> ITEMS = Selection.ALL.of(List.of(
            new PromptSet("safe", Expectation.COMPLY, prompts("s", 11)),
            new PromptSet("harmful", Expectation.REFUSE, prompts("h", 6))));

    @TempDir
    private Path directory;

    private static List<String> prompts(String letter, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> letter + i + "\n\"\u00e4\"" + "x".repeat(i * 7 % 5))
                .toList();
    }

    /** Its answers depend on their neighbours in the batch, as those of a real model may in the last bit. */
    private static final class Fake implements EvalGroup {
        private final String name;
        private int calls;
        private int failsAt = Integer.MAX_VALUE;

        Fake(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Map<String, String> plans() {
            return Map.of(name, "plan of " + name);
        }

        @Override
        public int[] lengths(List<String> prompts) {
            return prompts.stream().mapToInt(String::length).toArray();
        }

        @Override
        public List<List<Answer>> answer(List<String> prompts) {
            if (++calls >= failsAt) {
                throw new IllegalStateException("killed");
            }
            List<Answer> answers = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                int hash = (name + prompts).hashCode();
                String text = (hash + i) % 3 == 0 ? "no" : "yes " + hash;
                answers.add(new Answer(
                        prompts.get(i),
                        new Generation(List.of(i, hash), text, Generation.Finish.END),
                        name.equals("scans") ? new Decision(hash / 7.0, hash > 0) : null));
            }
            return List.of(answers);
        }

        @Override
        public List<List<Answer>> answer(List<String> prompts, IntConsumer answered) {
            List<List<Answer>> answers = answer(prompts);
            IntStream.rangeClosed(1, prompts.size()).forEach(answered);
            return answers;
        }
    }

    private static RunManifest manifest(String batch) {
        Map<String, String> plans = new LinkedHashMap<>();
        plans.put("default", "plan of default");
        plans.put("scans", "plan of scans");
        return new RunManifest("eval", Map.of("batch", batch), plans);
    }

    private static byte[] results(Path directory, List<? extends EvalGroup> methods) throws IOException {
        manifest("4").claim(directory);
        List<AnswerRow> rows = new EvalRun(directory, ITEMS, 4, ProgressListener.NONE).run(List.copyOf(methods));
        Path file = directory.resolve("results.jsonl");
        JudgedRow.write(
                file,
                JudgedRow.judge(rows, JUDGE, ProgressListener.NONE),
                "test",
                manifest("4").methods());
        return Files.readAllBytes(file);
    }

    private static List<Fake> methods() {
        return List.of(new Fake("default"), new Fake("scans"));
    }

    @Test
    void everyMethodAnswersEveryPromptInOrder() throws IOException {
        results(directory, methods());
        List<String> lines = Files.readAllLines(directory.resolve("results.jsonl"));
        assertEquals(34, lines.size());
        assertTrue(lines.get(0).startsWith("{\"method\":\"default\",\"set\":\"safe\",\"row\":0,\"prompt\":\"s0\\n"));
        assertTrue(lines.get(33).startsWith("{\"method\":\"scans\",\"set\":\"harmful\",\"row\":5,"));
        assertTrue(lines.get(0).contains("\"decision\":null"), lines.get(0));
        assertTrue(
                lines.get(33)
                        .matches(".*\"judge\":\"test\",\"refusal\":(true|false),\"verdict\":\"(refused|answered)\"}"),
                lines.get(33));
    }

    @Test
    void aRunCutAtAnyPlaceEndsInTheSameBytes() throws IOException {
        byte[] whole = results(directory.resolve("whole"), methods());
        byte[] answers = Files.readAllBytes(directory.resolve("whole/answers.jsonl"));
        byte[] timings = Files.readAllBytes(directory.resolve("whole/timings.jsonl"));
        Random random = new Random(5);
        for (int trial = 0; trial < 25; trial++) {
            Path cut = directory.resolve("cut" + trial);
            manifest("4").claim(cut);
            Files.write(cut.resolve("answers.jsonl"), beginning(answers, random));
            Files.write(cut.resolve("timings.jsonl"), beginning(timings, random));
            assertArrayEquals(whole, results(cut, methods()), "trial " + trial);
            assertArrayEquals(answers, Files.readAllBytes(cut.resolve("answers.jsonl")), "trial " + trial);
        }
    }

    private static byte[] beginning(byte[] bytes, Random random) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }

    @Test
    void aRunThatFailsAtAnyBatchGoesOn() throws IOException {
        byte[] whole = results(directory.resolve("whole"), methods());
        for (int at = 1; at <= 5; at++) {
            Path failed = directory.resolve("failed" + at);
            for (int method = 0; method < 2; method++) {
                List<Fake> failing = methods();
                failing.get(method).failsAt = at;
                assertThrows(IllegalStateException.class, () -> results(failed, failing));
            }
            List<Fake> resumed = methods();
            assertArrayEquals(whole, results(failed, resumed), "batch " + at);
            int calls = resumed.stream().mapToInt(fake -> fake.calls).sum();
            assertEquals(5 - (at - 1), calls, "only what was missing is answered");
        }
    }

    @Test
    void nothingIsAnsweredTwiceAndMethodsCanBeAdded() throws IOException {
        results(directory, methods());
        List<Fake> again = methods();
        results(directory, again);
        assertEquals(0, again.get(0).calls + again.get(1).calls);
        Fake added = new Fake("more");
        new RunManifest("eval", Map.of("batch", "4"), Map.of("more", "plan of more")).claim(directory);
        List<AnswerRow> rows = new EvalRun(directory, ITEMS, 4, ProgressListener.NONE).run(List.of(added));
        assertEquals(ITEMS.size(), rows.size());
        Set<String> lines = new HashSet<>(Files.readAllLines(directory.resolve("answers.jsonl")));
        assertEquals(3 * ITEMS.size(), lines.size());
    }

    @Test
    void otherSettingsAreRefusedByName() throws IOException {
        results(directory, methods());
        assertEquals(
                directory
                        + " holds a run with other settings: batch was '4', is now '8'. Give the same settings to go on"
                        + " with it, or another output directory.",
                assertThrows(SteeringException.class, () -> manifest("8").claim(directory))
                        .getMessage());
        RunManifest other = new RunManifest("eval", Map.of("batch", "4"), Map.of("scans", "alpha 2"));
        assertTrue(assertThrows(SteeringException.class, () -> other.claim(directory))
                .getMessage()
                .contains("method scans was 'plan of scans', is now 'alpha 2'"));
        RunManifest more = new RunManifest("eval", Map.of("batch", "4", "seed", "1"), Map.of());
        assertTrue(assertThrows(SteeringException.class, () -> more.claim(directory))
                .getMessage()
                .contains("seed was not set, is now '1'"));
        RunManifest sweep = new RunManifest("sweep", Map.of("batch", "4"), Map.of());
        assertTrue(assertThrows(SteeringException.class, () -> sweep.claim(directory))
                .getMessage()
                .contains("holds a run of another kind: 'eval', not 'sweep'. Give the same settings"));
    }

    @Test
    void anotherJudgeIsRefusedByNameUnlessAskedFor() throws IOException {
        Map<String, String> settings = Map.of("batch", "4");
        new RunManifest("eval", settings, Map.of()).claim(directory);
        RunManifest scans = new RunManifest("eval", Map.of("batch", "4", "judge", "scans's list"), Map.of());
        scans.claim(directory);
        assertTrue(
                Files.readString(directory.resolve("run.json")).contains("scans's list"),
                "a run of an earlier version learns who judges it");
        RunManifest dro = new RunManifest("eval", Map.of("batch", "4", "judge", "dro's list"), Map.of());
        SteeringException refused = assertThrows(SteeringException.class, () -> dro.claim(directory));
        assertEquals(
                directory + " holds a run with other settings: judge was 'scans's list', is now 'dro's list'. Give the"
                        + " same settings to go on with it, or another output directory.",
                refused.getMessage());
        assertEquals(Remedy.REJUDGE, refused.remedy());
        dro.claim(directory, List.of(), true);
        assertThrows(SteeringException.class, () -> scans.claim(directory));
    }

    @Test
    void rowsOfOtherPromptsAreRefused() throws IOException {
        results(directory, methods());
        List<EvalItem> fewer = ITEMS.subList(0, 3);
        String message = assertThrows(
                        SteeringException.class,
                        () -> new EvalRun(directory, fewer, 4, ProgressListener.NONE).run(List.copyOf(methods())))
                .getMessage();
        assertTrue(message.contains("an answer to a prompt that is not asked"), message);
        Files.writeString(directory.resolve("answers.jsonl"), "not JSON\n", StandardOpenOption.APPEND);
        assertTrue(assertThrows(SteeringException.class, () -> results(directory, methods()))
                .getMessage()
                .contains("line 35 is damaged"));
    }

    @Test
    void costsOfInterruptedRunsAreCounted() throws IOException {
        List<Fake> failing = methods();
        failing.get(1).failsAt = 2;
        assertThrows(IllegalStateException.class, () -> results(directory, failing));
        manifest("4").claim(directory);
        EvalRun resumed = new EvalRun(directory, ITEMS, 4, ProgressListener.NONE);
        resumed.run(List.copyOf(methods()));
        assertEquals(ITEMS.size(), resumed.cost("default").answers());
        assertEquals(2L * ITEMS.size(), resumed.cost("scans").tokens());
        assertEquals(0, resumed.cost("unknown").tokensPerSecond());
    }

    @Test
    void progressBeginsWhereTheRunWas() throws IOException {
        List<Fake> failing = methods();
        failing.get(0).failsAt = 3;
        assertThrows(IllegalStateException.class, () -> results(directory, failing));
        List<Long> seen = new ArrayList<>();
        manifest("4").claim(directory);
        new EvalRun(directory, ITEMS, 4, (stage, done, total) -> seen.add(done)).run(List.copyOf(methods()));
        assertEquals(8, seen.get(0));
        assertEquals(seen.stream().sorted().toList(), seen, "it never goes back");
        assertTrue(seen.containsAll(List.of(9L, 10L, 11L)), "single answers are told");
        assertEquals(34, seen.get(seen.size() - 1));
    }
}
