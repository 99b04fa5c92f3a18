package dev.steering.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.decode.Generation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedBandTest {
    private static final Generation WRITTEN = new Generation(List.of(1), "x", Generation.Finish.END);

    private static void add(List<JudgedRow> rows, String method, String safe, String harmful) {
        add(rows, method, "safe", Expectation.COMPLY, safe);
        add(rows, method, "harmful", Expectation.REFUSE, harmful);
    }

    private static void add(List<JudgedRow> rows, String method, String set, Expectation side, String refusals) {
        for (int i = 0; i < refusals.length(); i++) {
            EvalItem item = new EvalItem(set, side, i, set + i);
            rows.add(new JudgedRow(new AnswerRow(method, item, WRITTEN, null), refusals.charAt(i) == 'R'));
        }
    }

    private static EvalSummary summary() {
        List<JudgedRow> rows = new ArrayList<>();
        add(rows, "default", "RR..", "RRRR");
        add(rows, "random#7", "R...", "RRRR");
        add(rows, "random#8", "RR..", "RRR.");
        add(rows, "random#9", "RRRR", "RRRR");
        add(rows, "scans", "....", "RRRR");
        return EvalSummary.of(rows);
    }

    /** Shares of 1/4, 2/4 and 4/4: mean 7/12, sample variance ((1/3)^2 + (1/12)^2 + (5/12)^2) / 2. */
    @Test
    void theDistributionIsThatOfTheSeedsShares() {
        List<SeedBand> bands = SeedBand.of(summary());
        assertEquals(1, bands.size());
        SeedBand band = bands.get(0);
        assertEquals("random", band.method());
        assertEquals(List.of(7L, 8L, 9L), band.seeds());
        SeedBand.Spread safe = band.sets().get("safe");
        assertEquals(7 / 12.0, safe.mean(), 1e-12);
        assertEquals(Math.sqrt((1 / 9.0 + 1 / 144.0 + 25 / 144.0) / 2), safe.deviation(), 1e-12);
        assertEquals(0.5, safe.median(), 1e-12);
        assertEquals(0.25, safe.min(), 1e-12);
        assertEquals(1, safe.max(), 1e-12);
        assertTrue(safe.low() >= 0.25 && safe.low() < 0.5 && safe.high() <= 1 && safe.high() > 0.5, safe.toString());
        // Right: 3 + 4, 2 + 3 and 0 + 4 of 8.
        assertEquals((7 + 5 + 4) / 24.0, band.right().mean(), 1e-12);
    }

    /** Twenty controls would weigh on everybody's correction; one that was named alone is a method as any other. */
    @Test
    void whatIsADistributionIsNotTested() {
        assertEquals(
                List.of("scans", "scans", "scans"),
                summary().comparisons().stream()
                        .map(EvalSummary.Comparison::method)
                        .toList());
        List<JudgedRow> rows = new ArrayList<>();
        add(rows, "default", "RR..", "RRRR");
        add(rows, "random#7", "R...", "RRRR");
        EvalSummary one = EvalSummary.of(rows);
        assertEquals(3, one.comparisons().size());
        assertEquals(List.of(), SeedBand.of(one));
    }

    @Test
    void tablesSayHowFarSeedsGo() {
        String csv = SeedBandText.csv(SeedBand.of(summary()));
        assertTrue(
                csv.startsWith(
                        "method,seeds,set,mean,deviation,p5,median,p95,min,max\nrandom,3,safe,0.583333,0.381881,"),
                csv);
        assertTrue(csv.contains("\nrandom,3,all,0.666667,"), csv);
        assertTrue(SeedBandText.markdown(SeedBand.of(summary())).contains("| random | 3 | safe: refused | 58.3% |"));
    }
}
