package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.eval.EvaluationJson;
import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.metrics.Agreement;
import dev.steering.eval.metrics.Rate;
import java.util.List;

/** How many responses were refusals. Stateless and thread-safe. */
public final class JudgeJson {
    private JudgeJson() {}

    /**
     * @param names the judges as they were named, the one that decides first
     * @param counts the refusals, and what else the responses are
     * @return the last line of {@code steer judge}
     */
    public static ObjectNode of(List<String> names, JudgedCounts counts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("rules", names.get(0));
        put(node, counts.first());
        ArrayNode others = node.putArray("others");
        for (int i = 1; i < names.size(); i++) {
            put(others.addObject().put("rules", names.get(i)), counts.judges().get(i));
        }
        ArrayNode agreements = node.putArray("agreements");
        counts.agreements().forEach(pair -> EvaluationJson.putAgreement(agreements.addObject(), pair));
        return node;
    }

    private static void put(ObjectNode node, JudgedCounts.OfJudge judge) {
        Rate rate = judge.rate();
        node.put("judge", judge.name()).put("responses", rate.n()).put("refused", rate.refused());
        node.put("partly", judge.partly());
        putRate(node, "rate", rate, "no responses");
        node.put("low", rate.interval().low()).put("high", rate.interval().high());
        node.set("degenerate", RecordJson.tree(judge.degenerate()));
        node.put("undecided", judge.undecided()).put("without_text", judge.withoutText());
        if (judge.isLabelled()) {
            put(node.putObject("labelled"), judge.labelled(), judge);
        } else {
            node.putNull("labelled");
        }
    }

    private static void put(ObjectNode node, Agreement labelled, JudgedCounts.OfJudge judge) {
        node.put("both_refusal", labelled.both())
                .put("only_judge", labelled.onlyFirst())
                .put("only_people", labelled.onlySecond())
                .put("neither", labelled.neither())
                .put("undecided", labelled.undecided())
                .put("kappa", labelled.kappa())
                .put("kappa_low", labelled.kappaInterval().low())
                .put("kappa_high", labelled.kappaInterval().high());
        putRate(node, "sensitivity", labelled.sensitivity(), "no refusals by people");
        putRate(node, "specificity", labelled.specificity(), "no answers by people");
        ObjectNode confusion = node.putObject("confusion");
        judge.confusion().forEach((label, verdicts) -> {
            ObjectNode one = confusion.putObject(label);
            verdicts.forEach((verdict, count) -> one.put(verdict.word(), count));
        });
    }

    private static void putRate(ObjectNode node, String key, Rate rate, String none) {
        if (rate.n() == 0) {
            node.putNull(key).put(key + "_reason", none);
        } else {
            node.put(key, rate.value());
        }
    }
}
