package dev.steering.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.metrics.Agreement;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.JudgesTable;
import dev.steering.eval.report.ResultsTable;
import dev.steering.eval.report.SeedBand;
import dev.steering.eval.run.Cost;
import dev.steering.eval.run.CostRounds;
import dev.steering.eval.run.JudgedRow;
import dev.steering.eval.run.RelativeCost;
import dev.steering.eval.utility.Utility;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An {@link EvaluationResult} for programs: the figures of {@code summary.md}, {@code comparisons.csv}, {@code cost.md} and
 * {@code utility.csv} as one tree. Shares are from 0 to 1, intervals Wilson's with 95 %, times in seconds; what was not measured is null.
 * Stateless and thread-safe.
 */
public final class EvaluationJson {
    private EvaluationJson() {}

    /**
     * @param result what came of an evaluation
     * @return {@code directory}, {@code model}, {@code judge}, {@code batch}, {@code sets}, {@code methods} with their figures,
     *     {@code comparisons} with the first method, {@code bands} where methods were drawn with several seeds, {@code notes} and {@code files}; numbers may be not finite
     */
    public static ObjectNode of(EvaluationResult result) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("directory", result.directory().toString())
                .put("model", result.model())
                .put("judge", result.judge())
                .put("batch", result.batch());
        EvalSummary summary = result.summary();
        putSets(node, summary.table());
        ArrayNode methods = node.putArray("methods");
        summary.table().methods().forEach(method -> putMethod(methods.addObject(), result, method));
        putComparisons(node, summary);
        List<SeedBand> bands = SeedBand.of(summary);
        if (!bands.isEmpty()) {
            ArrayNode drawn = node.putArray("bands");
            bands.forEach(band -> putBand(drawn.addObject(), band));
        }
        putJudges(node, result.judges());
        result.notes().forEach(node.putArray("notes")::add);
        result.files().forEach(file -> node.withArray("files").add(file.toString()));
        return node;
    }

    /**
     * @param summary what came of an evaluation whose costs nobody measured
     * @return {@code sets}, {@code methods} with their counts, and {@code comparisons}, as {@link #of} writes them; numbers may be not finite
     */
    public static ObjectNode of(EvalSummary summary) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        putSets(node, summary.table());
        ArrayNode methods = node.putArray("methods");
        summary.table()
                .methods()
                .forEach(method -> putCounts(methods.addObject().put("name", method), summary, method));
        putComparisons(node, summary);
        return node;
    }

    private static void putSets(ObjectNode node, ResultsTable table) {
        ArrayNode sets = node.putArray("sets");
        for (String set : table.sets()) {
            sets.addObject()
                    .put("name", set)
                    .put("expected", table.expectation(set).name().toLowerCase(Locale.ROOT))
                    .put("prompts", table.rate(table.methods().get(0), set).n());
        }
    }

    private static void putComparisons(ObjectNode node, EvalSummary summary) {
        ArrayNode comparisons = node.putArray("comparisons");
        for (EvalSummary.Comparison comparison : summary.comparisons()) {
            comparisons
                    .addObject()
                    .put("method", comparison.method())
                    .put("set", comparison.set())
                    .put("only_first", comparison.test().onlyFirst())
                    .put("only_second", comparison.test().onlySecond())
                    .put("p", comparison.test().pValue())
                    .put("p_holm", comparison.adjusted());
        }
    }

    private static void putBand(ObjectNode node, SeedBand band) {
        node.put("method", band.method());
        band.seeds().forEach(node.putArray("seeds")::add);
        ArrayNode sets = node.putArray("sets");
        band.sets().forEach((set, spread) -> putSpread(sets.addObject().put("set", set), spread));
        putSpread(node.putObject("right"), band.right());
    }

    private static void putSpread(ObjectNode node, SeedBand.Spread spread) {
        node.put("mean", spread.mean())
                .put("deviation", spread.deviation())
                .put("p5", spread.low())
                .put("median", spread.median())
                .put("p95", spread.high())
                .put("min", spread.min())
                .put("max", spread.max());
    }

    private static void putJudges(ObjectNode node, JudgesTable table) {
        ArrayNode judges = node.putArray("judges");
        for (JudgesTable.Cell cell : table.cells()) {
            ObjectNode one = judges.addObject()
                    .put("judge", cell.judge())
                    .put("method", cell.method())
                    .put("set", cell.set());
            putRate(one, "refused", cell.rate());
            one.put("undecided", cell.undecided());
        }
        ArrayNode agreements = node.putArray("agreements");
        table.agreements().forEach(pair -> putAgreement(agreements.addObject(), pair));
    }

    /**
     * How two judges agree.
     *
     * @param node gets {@code first}, {@code second}, the counts, {@code kappa} and its interval; numbers may be not finite
     * @param pair the judges
     */
    public static void putAgreement(ObjectNode node, JudgedCounts.Pair pair) {
        Agreement agreement = pair.agreement();
        node.put("first", pair.first())
                .put("second", pair.second())
                .put("both_refusal", agreement.both())
                .put("only_first", agreement.onlyFirst())
                .put("only_second", agreement.onlySecond())
                .put("neither", agreement.neither())
                .put("undecided", agreement.undecided())
                .put("kappa", agreement.kappa())
                .put("low", agreement.kappaInterval().low())
                .put("high", agreement.kappaInterval().high());
    }

    private static void putMethod(ObjectNode node, EvaluationResult result, String method) {
        node.put("name", method).put("words", result.methods().get(method));
        putCounts(node, result.summary(), method);
        putCost(node, result.costs().get(method));
        CostRounds.Measured relative = result.relativeCosts().get(method);
        if (relative == null) {
            node.putNull("relative_cost");
        } else {
            ObjectNode ratios = node.putObject("relative_cost");
            putRatio(ratios.putObject("alone"), relative.alone());
            putRatio(ratios.putObject("together"), relative.together());
            ratios.put("rows_together", relative.rows());
        }
        putUtility(node, result.utilities().get(method));
    }

    private static void putCounts(ObjectNode node, EvalSummary summary, String method) {
        ArrayNode sets = node.putArray("sets");
        for (String set : summary.table().sets()) {
            ObjectNode one = sets.addObject().put("set", set);
            putRate(one, "refused", summary.table().rate(method, set));
            putDegenerate(one, summary.table().counts(method, set));
        }
        putRate(node.putObject("right"), "right", new Rate(summary.right(method), summary.prompts()));
        ObjectNode thinking = node.putObject("thinking");
        for (JudgedRow.Thinking what : JudgedRow.Thinking.values()) {
            thinking.put(
                    what.name().toLowerCase(Locale.ROOT),
                    summary.thinking(method).getOrDefault(what, 0));
        }
    }

    /** Refusals of one set, or right decisions, with their share and its interval. */
    static void putRate(ObjectNode node, String counted, Rate rate) {
        node.put(counted, rate.refused())
                .put("n", rate.n())
                .put("rate", rate.value())
                .put("low", rate.interval().low())
                .put("high", rate.interval().high());
    }

    /** Answers that are empty, repetitive or cut. */
    static void putDegenerate(ObjectNode node, AnswerCounts counts) {
        node.putObject("degenerate")
                .put("empty", counts.empty())
                .put("repetitive", counts.repetitive())
                .put("cut", counts.cut())
                .put("neither", counts.neither())
                .put("undecided", counts.undecided());
    }

    private static void putCost(ObjectNode node, @Nullable Cost cost) {
        if (cost == null) {
            node.putNull("cost");
            return;
        }
        node.putObject("cost")
                .put("answers", cost.answers())
                .put("tokens", cost.tokens())
                .put("seconds", cost.seconds())
                .put("tokens_per_s", cost.tokensPerSecond());
    }

    private static void putRatio(ObjectNode node, RelativeCost cost) {
        node.put("median", cost.median()).put("low", cost.low()).put("high", cost.high());
    }

    private static void putUtility(ObjectNode node, @Nullable Utility utility) {
        if (utility == null) {
            node.putNull("utility");
            return;
        }
        node.putObject("utility")
                .put("kl_per_token", utility.divergence())
                .put("kl_tokens", utility.divergenceTokens())
                .put("perplexity", utility.perplexity())
                .put("perplexity_tokens", utility.perplexityTokens());
    }
}
