package dev.steering.eval.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Answer;
import dev.steering.core.ProgressListener;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptSet;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.report.CostText;
import dev.steering.model.decode.Generation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostRoundsTest {
    private static final List<EvalItem> ITEMS = Selection.ALL.of(List.of(new PromptSet(
            "safe",
            Expectation.COMPLY,
            IntStream.range(0, 40).mapToObj(i -> "prompt " + i).toList())));

    @TempDir
    private Path directory;

    private final List<String> calls = new ArrayList<>();
    private long clock;
    private MachineUse machine = new MachineUse(0, 2, 2);

    /** Takes {@code perToken} for every token of a row and {@code perBatch} once; its first call takes a thousand times as long. */
    private final class Fake implements EvalGroup {
        private final String name;
        private final long perBatch;
        private final long perToken;
        private boolean warm;

        Fake(String name, long perBatch, long perToken) {
            this.name = name;
            this.perBatch = perBatch;
            this.perToken = perToken;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Map<String, String> plans() {
            return Map.of(name, name);
        }

        @Override
        public int[] lengths(List<String> prompts) {
            return new int[prompts.size()];
        }

        @Override
        public List<List<Answer>> answer(List<String> prompts) {
            calls.add(name + " " + prompts);
            clock += (perBatch + perToken * 2 * prompts.size()) * (warm ? 1 : 1000);
            warm = true;
            return List.of(prompts.stream()
                    .<Answer>map(prompt ->
                            new Answer(prompt, new Generation(List.of(1, 2), "yes", Generation.Finish.LENGTH), null))
                    .toList());
        }
    }

    private Map<String, CostRounds.Measured> measure(int rounds) {
        return new CostRounds(directory, ITEMS, 8, ProgressListener.NONE, () -> clock, () -> () -> machine)
                .measure(List.of(new Fake("default", 100, 10), new Fake("twice", 100, 20)), rounds);
    }

    @Test
    void ratiosAreOfTimesPerTokenAfterTheWarmUp() {
        Map<String, CostRounds.Measured> costs = measure(3);
        RelativeCost one = new RelativeCost(1, 1, 1);
        assertEquals(new CostRounds.Measured(one, one, 8), costs.get("default"));
        double alone = 140 / 120.0;
        double together = 420 / 260.0;
        CostRounds.Measured twice = costs.get("twice");
        assertEquals(alone, twice.alone().median(), 1e-12);
        assertEquals(together, twice.together().median(), 1e-12);
        assertEquals(together, twice.together().low(), 1e-12);
        assertEquals(together, twice.together().high(), 1e-12);
    }

    /** Half of the processors' time is taken by somebody else in the second round. */
    @Test
    void aBusyMachineIsSaidAndRemembered() {
        assertEquals(List.of(), CostText.warnings(measure(1)));
        machine = new MachineUse(0.5, 2, 2);
        Map<String, CostRounds.Measured> costs = measure(2);
        assertEquals(1, costs.get("twice").busyRounds());
        assertEquals(0.5, costs.get("default").others());
        String warning = CostText.warnings(costs).get(0);
        assertTrue(
                warning.startsWith("Warning: the machine was busy with other work in 1 of the rounds"
                        + " (other processes took up to 50 % of the processors' time"),
                warning);
        machine = new MachineUse(0, 0, 2);
        assertEquals(costs, measure(2), "what is not measured again is not idle afterwards");
    }

    @Test
    void moreThreadsThanProcessorsAreABusyMachineAndNothingKnownIsNone() {
        assertTrue(new MachineUse(0, 3.1, 2).busy());
        assertFalse(new MachineUse(0.1, 3, 2).busy());
        assertTrue(new MachineUse(0.11, 0, 2).busy());
        assertFalse(MachineUse.UNKNOWN.busy());
    }

    /** This very process is not somebody else. */
    @Test
    void ownWorkIsNotThatOfOthers() {
        Supplier<MachineUse> use = MachineUse.measuring();
        long until = System.nanoTime() + 300_000_000L;
        double work = 0;
        while (System.nanoTime() < until) {
            work += Math.sin(work + 1);
        }
        MachineUse found = use.get();
        assertTrue(found.processors() >= 1 && !(found.others() < 0) && !(found.others() > 1), found + " " + work);
    }

    @Test
    void promptsAreSpreadAndTheOrderRotates() {
        measure(2);
        // Per method and round: four prompts alone, then the batch; a round before them warms up.
        assertEquals(2 * 5 * 3, calls.size());
        assertEquals("default [prompt 0]", calls.get(0));
        assertEquals("default [prompt 5]", calls.get(1));
        assertEquals(
                "default [prompt 0, prompt 5, prompt 10, prompt 15, prompt 20, prompt 25, prompt 30, prompt 35]",
                calls.get(4));
        assertEquals("default [prompt 0]", calls.get(10));
        assertEquals("twice [prompt 0]", calls.get(20));
    }

    @Test
    void roundsThatAreThereAreNotMeasuredAgain() {
        Map<String, CostRounds.Measured> first = measure(2);
        calls.clear();
        assertEquals(first, measure(2));
        assertEquals(List.of(), calls);
        measure(3);
        assertEquals(2 * 5 * 2, calls.size(), "the warm-up and the round that is missing");
    }

    @Test
    void theMedianStandsAgainstAnOutlier() {
        assertEquals(new RelativeCost(2, 1, 90), RelativeCost.of(new double[] {90, 1, 2}));
        assertEquals(new RelativeCost(2.5, 1, 90), RelativeCost.of(new double[] {90, 3, 1, 2}));
    }
}
