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
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.data.category.CategoryDataset;
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
    void chartHoldsEveryRateAsAPercentage() {
        CategoryPlot plot = RateChart.chart("t", "", "", series(3)).getCategoryPlot();
        CategoryDataset data = plot.getDataset();
        assertEquals(KINDS, data.getColumnKeys());
        assertEquals(List.of("method 0", "method 1", "method 2"), data.getRowKeys());
        assertEquals(22.0, data.getValue(2, 0));
        assertTrue(Double.isNaN(data.getValue(1, 2).doubleValue()), "a missing rate is a gap, not a zero");
        assertEquals(0, plot.getRangeAxis().getLowerBound());
        assertEquals("refused (%)", plot.getRangeAxis().getLabel());
    }

    @Test
    void labelsShowCountAndPercentage() throws Exception {
        List<String> texts = TextRecorder.textsOf(chart(2)).stream()
                .map(TextRecorder.Text::text)
                .toList();
        assertTrue(texts.containsAll(List.of("21/100", "21 %", "100/100", "0/25", "n/a", "method 1")), texts::toString);
    }

    @Test
    void sameInputGivesSameBytes() {
        assertArrayEquals(chart(4).png(), chart(4).png());
        assertEquals(chart(4).svg(), chart(4).svg());
    }

    @Test
    void ofRefusesWhatCannotBeDrawn() {
        assertEquals("expected 1 to 8 methods, found 0", message(List.of()));
        assertEquals("expected 1 to 8 methods, found 9", message(series(9)));
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
