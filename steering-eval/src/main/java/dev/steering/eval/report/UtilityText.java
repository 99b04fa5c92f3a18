package dev.steering.eval.report;

import dev.steering.eval.utility.Utility;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what methods do to the model's language. */
public final class UtilityText {
    /** What the numbers are, for readers of the table. */
    public static final String NOTE =
            "What the methods do to the model's language: KL(unsteered || method) per token along the"
                    + " unsteered answers to the prompts that should be answered, and perplexity of a text. Perplexity is empty for methods"
                    + " that decide about a prompt or add to it, because a text is none: SCANS steers each prompt as add or as subtract does.";

    private UtilityText() {}

    /**
     * @param utilities by method
     * @return a Markdown table; a cell is empty where nothing was measured
     */
    public static String markdown(Map<String, Utility> utilities) {
        return Grid.markdown(cells(utilities));
    }

    /**
     * @param utilities by method
     * @return the same for a terminal
     */
    public static String plain(Map<String, Utility> utilities) {
        return Grid.plain(cells(utilities));
    }

    /**
     * @param utilities by method
     * @return the same as comma-separated values under {@code method,kl_per_token,kl_tokens,perplexity,perplexity_tokens}
     */
    public static String csv(Map<String, Utility> utilities) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "kl_per_token", "kl_tokens", "perplexity", "perplexity_tokens"));
        utilities.forEach((method, u) -> rows.add(List.of(
                method,
                number(u.divergence(), "%.6f"),
                Long.toString(u.divergenceTokens()),
                number(u.perplexity(), "%.6f"),
                Long.toString(u.perplexityTokens()))));
        return Grid.csv(rows);
    }

    private static List<List<String>> cells(Map<String, Utility> utilities) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "KL per token, nats", "tokens", "perplexity", "tokens of text"));
        utilities.forEach((method, u) -> rows.add(List.of(
                method,
                number(u.divergence(), "%.4f"),
                u.divergence() == null ? "" : Long.toString(u.divergenceTokens()),
                number(u.perplexity(), "%.3f"),
                u.perplexity() == null ? "" : Long.toString(u.perplexityTokens()))));
        return rows;
    }

    private static String number(@Nullable Double value, String format) {
        return value == null ? "" : String.format(Locale.ROOT, format, value);
    }
}
