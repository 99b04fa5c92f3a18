package dev.steering.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes {@link SeedBand}s for people and for programs. Stateless and thread-safe. */
public final class SeedBandText {
    private SeedBandText() {}

    /**
     * @param bands methods that were drawn with several seeds
     * @return a Markdown table
     */
    public static String markdown(List<SeedBand> bands) {
        return Grid.markdown(cells(bands));
    }

    /**
     * @param bands methods that were drawn with several seeds
     * @return the same for a terminal
     */
    public static String plain(List<SeedBand> bands) {
        return Grid.plain(cells(bands));
    }

    /**
     * @param bands methods that were drawn with several seeds
     * @return the same as comma-separated values under {@code method,seeds,set,mean,deviation,p5,median,p95,min,max}; the set of right
     *     decisions is {@code all}
     */
    public static String csv(List<SeedBand> bands) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "seeds", "set", "mean", "deviation", "p5", "median", "p95", "min", "max"));
        for (SeedBand band : bands) {
            band.sets().forEach((set, spread) -> rows.add(row(band, set, spread)));
            rows.add(row(band, EvalSummary.ALL, band.right()));
        }
        return Grid.csv(rows);
    }

    private static List<String> row(SeedBand band, String set, SeedBand.Spread spread) {
        return List.of(
                band.method(),
                Integer.toString(band.seeds().size()),
                set,
                TableText.decimal(spread.mean()),
                TableText.decimal(spread.deviation()),
                TableText.decimal(spread.low()),
                TableText.decimal(spread.median()),
                TableText.decimal(spread.high()),
                TableText.decimal(spread.min()),
                TableText.decimal(spread.max()));
    }

    private static List<List<String>> cells(List<SeedBand> bands) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "seeds", "set", "mean", "5 % to 95 %", "smallest to largest"));
        for (SeedBand band : bands) {
            band.sets().forEach((set, spread) -> rows.add(cells(band, set + ": refused", spread)));
            rows.add(cells(band, "right on average", band.right()));
        }
        return rows;
    }

    private static List<String> cells(SeedBand band, String set, SeedBand.Spread spread) {
        return List.of(
                band.method(),
                Integer.toString(band.seeds().size()),
                set,
                percent(spread.mean()),
                percent(spread.low()) + " to " + percent(spread.high()),
                percent(spread.min()) + " to " + percent(spread.max()));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }
}
