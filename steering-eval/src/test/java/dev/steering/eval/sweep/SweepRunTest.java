package dev.steering.eval.sweep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.Calibration;
import dev.steering.eval.report.SweepText;
import dev.steering.eval.run.RunManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole sweeps over invented answers. Expected values: golden_sweep.py, which counts every setting anew in exact fractions. */
class SweepRunTest {
    private static final double EXACT = 1e-12;
    private static final OperatingRule RULE = new OperatingRule(2);
    private static final List<String> LOGS =
            List.of("answers.jsonl", "timings.jsonl", "cosines.jsonl", "divergence.jsonl");

    @TempDir
    private Path directory;

    private static SweepRun.Done sweep(Path directory, SweepModel model) {
        new RunManifest("sweep", Map.of("grid", InventedSweep.GRID.words()), Map.of()).claim(directory);
        return new SweepRun(directory, InventedSweep.ITEMS, 4, InventedSweep.JUDGE, ProgressListener.NONE)
                .run(model, InventedSweep.GRID, RULE);
    }

    @Test
    void everySettingIsWhatCountingItAnewGives() {
        DevelopmentResult result = sweep(directory, new InventedSweep()).result();
        JsonNode expected = InventedSweep.JSON.path("settings");
        assertEquals(expected.size(), result.all().size());
        for (int i = 0; i < expected.size(); i++) {
            JsonNode golden = expected.get(i);
            SettingFigures found = result.all().get(i);
            LayerSet set = InventedSweep.GRID.layerSets().get(golden.path("set").asInt());
            assertEquals(
                    new Setting(
                            set,
                            golden.path("alpha").asDouble(),
                            golden.path("threshold").asDouble()),
                    found.setting());
            assertEquals(
                    InventedSweep.integers(golden.path("refused")),
                    found.rates().sets().stream().map(s -> s.rate().refused()).toList());
            assertEquals(golden.path("x").asDouble(), found.rates().overRefusal(), EXACT);
            assertEquals(golden.path("y").asDouble(), found.rates().compliance(), EXACT);
            assertEquals(golden.path("cost").asDouble(), found.rates().cost(2), EXACT);
            assertEquals(golden.path("error").asDouble(), found.rates().standardError(2), EXACT);
        }
    }

    @Test
    void theFrontIsWhatComparingEveryPairGives() {
        DevelopmentResult result = sweep(directory, new InventedSweep()).result();
        JsonNode expected = InventedSweep.JSON.path("front");
        assertEquals(expected.size(), result.front().size());
        for (int i = 0; i < expected.size(); i++) {
            SafetyRates rates = result.front().get(i).figures().rates();
            assertEquals(expected.get(i).get(0).asDouble(), rates.overRefusal(), EXACT);
            assertEquals(expected.get(i).get(1).asDouble(), rates.compliance(), EXACT);
        }
    }

    @Test
    void theRuleChoosesWhatItSays() {
        OperatingRule.Choice choice =
                sweep(directory, new InventedSweep()).result().choice();
        JsonNode golden = InventedSweep.JSON.path("chosen");
        assertEquals(InventedSweep.JSON.path("best").asDouble(), choice.bestCost(), EXACT);
        assertEquals(InventedSweep.JSON.path("error").asDouble(), choice.standardError(), EXACT);
        assertEquals(InventedSweep.JSON.path("good").asInt(), choice.good());
        Setting chosen = choice.chosen().setting();
        assertEquals(InventedSweep.GRID.layerSets().get(golden.path("set").asInt()), chosen.layers());
        assertEquals(golden.path("alpha").asDouble(), chosen.alpha());
        assertEquals(golden.path("threshold").asDouble(), chosen.threshold());
        assertEquals(golden.path("cost").asDouble(), choice.cost(), EXACT);
        assertEquals(golden.path("kl").asDouble(), choice.divergence(), EXACT);
    }

    @Test
    void aQuickSweepTellsTheSame() {
        DevelopmentResult result = sweep(directory, new InventedSweep()).result();
        SweepOutcomes quick = new QuickSweep(InventedSweep.ITEMS, 5, "no"::equals, ProgressListener.NONE)
                .run(new InventedSweep(), InventedSweep.GRID);
        assertEquals(result.all(), quick.all(InventedSweep.GRID));
        assertEquals(result.unsteered(), quick.unsteered());
    }

    @Test
    void aRunCutAtAnyPlaceEndsInTheSameBytes() throws IOException {
        Path whole = directory.resolve("whole");
        DevelopmentResult result = sweep(whole, new InventedSweep()).result();
        Random random = new Random(3);
        for (int trial = 0; trial < 20; trial++) {
            Path cut = directory.resolve("cut" + trial);
            Files.createDirectory(cut);
            for (String log : LOGS) {
                byte[] bytes = Files.readAllBytes(whole.resolve(log));
                Files.write(cut.resolve(log), Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            }
            assertEquals(result, sweep(cut, new InventedSweep()).result(), "trial " + trial);
            assertSameBytes(whole, cut);
        }
    }

    @Test
    void aRunKilledAfterAnyBatchAsksForWhatIsMissingOnly() throws IOException {
        Path whole = directory.resolve("whole");
        InventedSweep uninterrupted = new InventedSweep();
        DevelopmentResult result = sweep(whole, uninterrupted).result();
        for (int at = 1; at <= uninterrupted.calls(); at += 3) {
            Path killed = directory.resolve("killed" + at);
            InventedSweep failing = new InventedSweep().failingAt(at);
            assertThrows(IllegalStateException.class, () -> sweep(killed, failing));
            InventedSweep resumed = new InventedSweep();
            assertEquals(result, sweep(killed, resumed).result());
            assertEquals(uninterrupted.calls() - (at - 1), resumed.calls(), "nothing is asked twice");
            assertSameBytes(whole, killed);
        }
    }

    private static void assertSameBytes(Path whole, Path resumed) throws IOException {
        for (String file : List.of("answers.jsonl", "results.jsonl", "cosines.jsonl", "divergence.jsonl")) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(resumed.resolve(file)), file);
        }
    }

    @Test
    void theCalibrationCountsTheDevelopmentPrompts() {
        SweepRun.Done done = sweep(directory, new InventedSweep());
        Setting setting = new Setting(InventedSweep.GRID.layerSets().get(1), 1, 0.5);
        Calibration calibration = Recalibration.of(done.outcomes(), 3, setting);
        double[] scores = done.outcomes().scores(List.of(2));
        long found = IntStream.range(17, 36).filter(i -> scores[i] >= 0.5).count();
        long passed = IntStream.range(0, 47)
                .filter(i -> (i < 17 || i >= 36) && scores[i] < 0.5)
                .count();
        assertEquals(19, calibration.harmful());
        assertEquals(28, calibration.harmless());
        assertEquals(found / 19.0, calibration.harmfulFound(), EXACT);
        assertEquals(passed / 28.0, calibration.harmlessPassed(), EXACT);
        assertEquals(calibration.auc(), calibration.layerAuc().get(2), "the classifier is that one layer");
        assertEquals(3, calibration.layerAuc().size());
    }

    @Test
    void frontPointsAreTheLeastIntrusiveOfTheirPlaces() {
        JsonNode settings = InventedSweep.JSON.path("settings");
        for (DevelopmentResult.FrontPoint point :
                sweep(directory, new InventedSweep()).result().front()) {
            SafetyRates rates = point.figures().rates();
            double least = Double.POSITIVE_INFINITY;
            for (JsonNode golden : settings) {
                if (Math.abs(golden.path("x").asDouble() - rates.overRefusal()) < EXACT
                        && Math.abs(golden.path("y").asDouble() - rates.compliance()) < EXACT) {
                    least = Math.min(least, golden.path("kl").asDouble());
                }
            }
            assertEquals(least, point.divergence(), EXACT);
        }
    }

    @Test
    void steeringPaysIfTheUnsteeredModelIsNotAsGood() {
        DevelopmentResult result = sweep(directory, new InventedSweep()).result();
        assertTrue(result.pays());
        assertFalse(SweepText.reason(result).contains("does not pay"));
        SafetyRates best = result.all().stream()
                .map(SettingFigures::rates)
                .filter(rates -> Math.abs(rates.cost(2) - result.choice().bestCost()) < EXACT)
                .findFirst()
                .orElseThrow();
        DevelopmentResult asGood =
                new DevelopmentResult(result.grid(), RULE, best, result.all(), result.front(), result.choice());
        assertFalse(asGood.pays());
        assertTrue(
                SweepText.reason(asGood)
                        .endsWith(
                                "\nSteering does not pay here: the unsteered model's cost of 0.1641 is within one standard"
                                        + " error of the lowest."),
                SweepText.reason(asGood));
    }

    @Test
    void strengthsAreWrittenWhole() {
        assertEquals("layers 3, alpha 100000, classify at 5, threshold 0.5000", words(100_000));
        assertEquals("layers 3, alpha 0.3, classify at 5, threshold 0.5000", words(0.1 + 0.2));
        assertEquals("layers 3, alpha 20, classify at 5, threshold 0.5000", words(20));
    }

    private static String words(double alpha) {
        return SweepText.words(new Setting(new LayerSet(List.of(3), List.of(5), null), alpha, 0.5));
    }

    @Test
    void tablesHoldTheFrontAndTheChoice() {
        DevelopmentResult result = sweep(directory, new InventedSweep()).result();
        String markdown = SweepText.markdown(result);
        assertEquals(2 + 1 + result.front().size() + 1, markdown.lines().count(), markdown);
        assertTrue(
                markdown.startsWith(
                        "| layers, alpha, threshold | safe: over-refusal | harmful: refusal | plain: over-refusal |"
                                + " over-refusal | harmful answered | cost | KL | empty, repetitive, cut |\n"),
                markdown);
        assertTrue(
                markdown.endsWith(
                        "| recommended: 0,2, 1, 0.6816 | 1/17 | 17/19 | 0/11 | 2.9% | 10.5% | 0.2693 | 0.0872 | 0, 0, 0 |\n"),
                markdown);
        List<String> csv = SweepText.csv(result).lines().toList();
        assertEquals(1 + result.all().size(), csv.size());
        assertEquals(
                "steer_layers,classifier_layers,alpha,threshold,safe_refused,safe_n,harmful_refused,harmful_n,plain_refused,"
                        + "plain_n,empty,repetitive,cut,harmful_missed,harmless_stopped,over_refusal,compliance,cost,on_front,within_error,recommended",
                csv.get(0));
        List<String> chosen =
                csv.stream().filter(line -> line.endsWith(",true")).toList();
        assertEquals(
                List.of(
                        "\"0,2\",2,1,0.681640625,1,17,17,19,0,11,0,0,0,0.684211,0.000000,0.029412,0.105263,0.269350,false,true,true"),
                chosen);
        assertEquals(
                ParetoFront.of(result.all()).size(),
                csv.stream()
                        .filter(line -> line.matches(".*,true,(true|false),(true|false)"))
                        .count());
        assertTrue(
                SweepText.reason(result)
                        .contains(
                                "cost 0.2693, lowest of 243 settings 0.1641, standard error 0.1173, 16 settings within it;"
                                        + " KL 0.0872 nats per token"),
                SweepText.reason(result));
    }
}
