package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.eval.judge.JudgedCounts;
import dev.steering.eval.metrics.Rate;

/** How many responses were refusals. Stateless and thread-safe. */
public final class JudgeJson {
    private JudgeJson() {}

    /**
     * @param rules whose list judged
     * @param counts the refusals, and what else the responses are
     * @return the last line of {@code steer judge}
     */
    public static ObjectNode of(String rules, JudgedCounts counts) {
        Rate rate = counts.rate();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("rules", rules)
                .put("responses", rate.n())
                .put("refused", rate.refused());
        if (rate.n() == 0) {
            node.putNull("rate").put("rate_reason", "no responses");
        } else {
            node.put("rate", rate.value());
        }
        node.put("low", rate.interval().low()).put("high", rate.interval().high());
        node.set("degenerate", RecordJson.tree(counts.degenerate()));
        node.put("undecided", counts.undecided());
        JudgedCounts.Agreement labelled = counts.labelled();
        if (labelled.all() == 0) {
            node.putNull("labelled");
        } else {
            node.set("labelled", RecordJson.object(labelled).put("kappa", labelled.kappa()));
        }
        return node;
    }
}
