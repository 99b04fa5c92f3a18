package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.eval.metrics.Rate;

/** How many responses were refusals. Stateless and thread-safe. */
public final class JudgeJson {
    private JudgeJson() {}

    /**
     * @param rules whose list judged
     * @param rate the refusals
     * @return the last line of {@code steer judge}
     */
    public static ObjectNode of(String rules, Rate rate) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("rules", rules)
                .put("responses", rate.n())
                .put("refused", rate.refused())
                .put("rate", rate.value())
                .put("low", rate.interval().low())
                .put("high", rate.interval().high());
    }
}
