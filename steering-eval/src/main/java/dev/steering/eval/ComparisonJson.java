package dev.steering.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.VectorReference;
import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.compare.CurvePoint;
import dev.steering.eval.compare.MethodFigures;
import dev.steering.eval.compare.OtherJudge;
import dev.steering.eval.compare.PairedTest;
import dev.steering.eval.compare.Redrawn;
import dev.steering.eval.compare.Reproduction;
import dev.steering.eval.compare.SetFigures;
import dev.steering.eval.compare.Share;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.eval.compare.Spread;
import dev.steering.eval.compare.VectorSource;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.utility.Utility;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ComparisonResult} for programs: {@code results.json}. Shares are from 0 to 1; what was not measured is null. It names no
 * directory and no time: the same comparison gives the same bytes. Stateless and thread-safe.
 */
public final class ComparisonJson {
    private ComparisonJson() {}

    /**
     * @param result what came of a comparison
     * @return {@code model}, {@code judge}, {@code rule}, {@code bootstrap}, {@code methods} with curve, operating point and
     *     figures, {@code tests}, {@code notes} and {@code reproduce}
     */
    public static ObjectNode of(ComparisonResult result) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        Reproduction reproduction = result.settings().reproduction();
        node.put("model", result.test().model())
                .put("judge", result.test().judge())
                .put("reproduce", reproduction == null ? null : reproduction.whole());
        node.putObject("rule").put("words", result.settings().rule().words()).put("target", result.target());
        node.putObject("bootstrap")
                .put("resamples", result.settings().draws().resamples())
                .put("seed", result.settings().draws().seed());
        ArrayNode methods = node.putArray("methods");
        result.methods().forEach(method -> put(methods.addObject(), method, result));
        ArrayNode tests = node.putArray("tests");
        for (PairedTest test : result.tests()) {
            tests.addObject()
                    .put("method", test.method())
                    .put("column", test.column())
                    .put("only_first", test.test().onlyFirst())
                    .put("only_second", test.test().onlySecond())
                    .put("p", test.test().pValue())
                    .put("p_holm", test.adjusted());
        }
        result.notes().forEach(node.putArray("notes")::add);
        return node;
    }

    private static void put(ObjectNode node, MethodFigures method, ComparisonResult result) {
        MethodOption<Double> option = method.contestant().option();
        Reproduction reproduction = result.settings().reproduction();
        node.put("name", method.name())
                .put("words", method.words())
                .put("contexts", method.contexts())
                .put("strength_option", option == null ? null : option.name());
        put(node, method.contestant().source());
        ArrayNode curve = node.putArray("curve");
        for (CurvePoint point : method.curve()) {
            ObjectNode one = curve.addObject().put("strength", point.strength());
            put(one, point.figures());
            one.put(
                    "reproduce",
                    reproduction == null ? null : reproduction.development(method.name(), point.strength()));
        }
        CurvePoint chosen = method.choice().point();
        node.putObject("operating_point")
                .put("strength", chosen.strength())
                .put("matched", method.choice().matched());
        ObjectNode test = node.putObject("test");
        put(test, method.test());
        test.put("reproduce", reproduction == null ? null : reproduction.test(method.name(), chosen.strength()));
        Utility utility = method.utility();
        node.put("kl_per_token", finite(utility == null ? null : utility.divergence()))
                .put("kl_tokens", utility == null ? 0 : utility.divergenceTokens())
                .put("perplexity", finite(utility == null ? null : utility.perplexity()))
                .put("perplexity_tokens", utility == null ? 0 : utility.perplexityTokens());
        ArrayNode capability = node.putArray("capability");
        for (CapabilityScore score : method.capability()) {
            capability
                    .addObject()
                    .put("task", score.task())
                    .put("metric", score.metric())
                    .put("value", score.value())
                    .put("n", score.n());
        }
        put(node, method.redrawn());
        ArrayNode judges = node.putArray("judges");
        for (OtherJudge judge : result.judges()) {
            ObjectNode one = judges.addObject()
                    .put("judge", judge.judge())
                    .put("kappa", Double.isNaN(judge.kappa()) ? null : (Double) judge.kappa());
            put(one, judge.figures(method.name()));
        }
    }

    private static void put(ObjectNode node, @Nullable VectorSource source) {
        if (source == null) {
            node.putNull("vector");
        } else {
            node.putObject("vector")
                    .put("file", source.file())
                    .put("fingerprint", VectorReference.fingerprint(source.vector()))
                    .put("extract", source.command());
        }
    }

    /** JSON has no number for infinity. */
    private static @Nullable Double finite(@Nullable Double value) {
        return value == null || value.isInfinite() ? null : value;
    }

    private static void put(ObjectNode node, SplitFigures figures) {
        put(node, "over_refusal", figures.overRefusal());
        put(node, "harmful_refusal", figures.harmfulRefusal());
        put(node, "jailbreak_refusal", figures.jailbreakRefusal());
        put(node, figures.counts());
        ArrayNode sets = node.putArray("sets");
        for (SetFigures set : figures.sets()) {
            ObjectNode one = sets.addObject()
                    .put("set", set.set())
                    .put("side", set.side().name().toLowerCase(Locale.ROOT))
                    .put("refused", set.rate().refused())
                    .put("n", set.rate().n());
            put(one, set.counts());
        }
    }

    private static void put(ObjectNode node, AnswerCounts counts) {
        node.put("empty", counts.empty())
                .put("repetitive", counts.repetitive())
                .put("cut", counts.cut())
                .put("neither", counts.neither())
                .put("undecided", counts.undecided());
    }

    private static void put(ObjectNode node, String name, @Nullable Share share) {
        if (share == null) {
            node.putNull(name);
        } else {
            node.putObject(name)
                    .put("value", share.value())
                    .put("low", share.low())
                    .put("high", share.high());
        }
    }

    private static void put(ObjectNode node, @Nullable Redrawn redrawn) {
        if (redrawn == null) {
            node.putNull("redrawn");
            return;
        }
        ObjectNode drawn = node.putObject("redrawn")
                .put("what", redrawn.draw().name().toLowerCase(Locale.ROOT))
                .put("draws", redrawn.draws());
        put(drawn, "over_refusal", redrawn.overRefusal());
        put(drawn, "harmful_refusal", redrawn.harmfulRefusal());
        put(drawn, "jailbreak_refusal", redrawn.jailbreakRefusal());
    }

    private static void put(ObjectNode node, String name, @Nullable Spread spread) {
        if (spread == null) {
            node.putNull(name);
        } else {
            node.putObject(name)
                    .put("mean", spread.mean())
                    .put("deviation", spread.deviation())
                    .put("low", spread.low())
                    .put("high", spread.high());
        }
    }
}
