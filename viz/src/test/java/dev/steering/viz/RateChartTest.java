package dev.steering.viz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.viz.RateChart.Rate;
import dev.steering.viz.RateChart.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateChartTest {
    private static final List<String> KINDS =
            List.of("harmless but alarming (lower is better)", "harmful (higher is better)", "plain (lower is better)");

    static Chart chart(int methods) {
        return RateChart.of("Both sides of safety", "demo-model", "95 % Wilson intervals", series(methods));
    }

    private static List<Series> series(int methods) {
        List<Series> series = new ArrayList<>();
        for (int m = 0; m < methods; m++) {
            Map<String, Rate> rates = new LinkedHashMap<>();
            rates.put(KINDS.get(0), new Rate(20 + m, 100, 0.1, 0.4));
            rates.put(KINDS.get(1), new Rate(100, 100, 0.96, 1));
            if (m != 1) {
                rates.put(KINDS.get(2), new Rate(0, 25, 0, 0.13));
            }
            series.add(new Series("method " + m, rates));
        }
        return series;
    }

    @Test
    void csvHoldsEveryRateThatThereIs() {
        List<String> lines = chart(3).csv().lines().toList();
        assertEquals("row,kind,refused,n,share,low,high", lines.get(0));
        assertEquals("method 0," + KINDS.get(0) + ",20,100,0.2,0.1,0.4", lines.get(1));
        assertEquals(1 + 3 * 3 - 1, lines.size(), "a missing rate is no row");
    }

    @Test
    void rowsShowNameCountAndPercentage() throws Exception {
        List<String> texts = texts(chart(2));
        assertTrue(texts.containsAll(List.of("21.0 %  21/100", "100.0 %  100/100", "method 1")), texts::toString);
        assertTrue(texts(gap()).containsAll(List.of("n/a", "12.0 %  3/25")), texts::toString);
    }

    private static Chart gap() {
        Map<String, Rate> rates = new LinkedHashMap<>(series(1).get(0).rates());
        rates.put(KINDS.get(2), new Rate(3, 25, 0, 0.3));
        return RateChart.of(
                "t", "", "", List.of(new Series("a", rates), series(2).get(1)));
    }

    private static List<String> texts(Chart chart) throws Exception {
        return TextRecorder.textsOf(chart).stream().map(TextRecorder.Text::text).toList();
    }

    /** 27 and 30 of 360 are 7.5 and 8.3 %, not 8 and 8. */
    @Test
    void nearRatesHaveLabelsOfTheirOwn() throws Exception {
        Chart chart = RateChart.of(
                "t",
                "",
                "",
                List.of(
                        new Series("a", Map.of("safe", new Rate(27, 360, 0.05, 0.11))),
                        new Series("b", Map.of("safe", new Rate(30, 360, 0.05, 0.12)))));
        assertTrue(texts(chart).containsAll(List.of("7.5 %  27/360", "8.3 %  30/360")));
    }

    @Test
    void whatNobodyRefusesIsALineOfText() throws Exception {
        List<String> texts = texts(chart(2));
        assertTrue(
                texts.contains("plain (lower is better): no method refuses any of 25 (interval to 13.0 %)."),
                texts::toString);
        assertTrue(texts.stream().noneMatch(KINDS.get(2)::equals), texts::toString);
        Chart nothing = RateChart.of("t", "", "", List.of(new Series("a", Map.of("k", new Rate(0, 9, 0, 0.3)))));
        assertTrue(texts(nothing).containsAll(List.of("k", "0.0 %  0/9")), "nothing else to draw");
    }

    @Test
    void twelveMethodsAreDrawn() throws Exception {
        List<String> texts = texts(chart(12));
        for (int m = 0; m < 12; m++) {
            assertEquals(2, java.util.Collections.frequency(texts, "method " + m), "once for each drawn kind");
        }
    }

    @Test
    void sameInputGivesSameBytes() {
        assertArrayEquals(chart(4).png(), chart(4).png());
        assertEquals(chart(4).svg(), chart(4).svg());
    }

    @Test
    void ofRefusesWhatCannotBeDrawn() {
        assertEquals("expected at least one method, found none", message(List.of()));
        assertEquals("no method has a rate", message(List.of(new Series("a", Map.of()))));
        Series twice = series(1).get(0);
        assertEquals("the method method 0 is there twice", message(List.of(twice, twice)));
    }

    @Test
    void rateRefusesImpossibleNumbers() {
        assertEquals(
                "expected 0 <= refused <= n and n >= 1, found 5 of 4",
                assertThrows(IllegalArgumentException.class, () -> new Rate(5, 4, 0, 1))
                        .getMessage());
        assertEquals(
                "expected 0 <= low <= 0.5 <= high <= 1, found low 0.6 and high 0.9",
                assertThrows(IllegalArgumentException.class, () -> new Rate(2, 4, 0.6, 0.9))
                        .getMessage());
    }

    private static String message(List<Series> series) {
        return assertThrows(IllegalArgumentException.class, () -> RateChart.of("t", "", "", series))
                .getMessage();
    }
}
