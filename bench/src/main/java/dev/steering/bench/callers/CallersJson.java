package dev.steering.bench.callers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.bench.Samples;
import dev.steering.bench.Versions;
import dev.steering.bench.callers.CallersReport.Load;

/** A {@link CallersReport} as one JSON document: {@code one} and {@code many}, each with quartiles of what was measured, and {@code ratio}. */
public final class CallersJson {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private CallersJson() {}

    /**
     * @param report figures
     * @return the document, indented
     */
    public static String write(CallersReport report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("model", report.model().name());
        root.put("dtype", report.model().dtype());
        root.put("threads", report.settings().threads());
        root.put("rounds", report.settings().repetitions());
        root.put("mapped_weights", report.settings().mappedWeights());
        root.put("callers", report.callers());
        root.put("prompt_tokens", CallerRequests.PROMPT);
        root.put("new_tokens", CallerRequests.ANSWER);
        load(root.putObject("one"), report.one());
        load(root.putObject("many"), report.many());
        spread(root.putObject("ratio"), report.ratio());
        ObjectNode names = root.putObject("versions");
        Versions.get().forEach(names::put);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers is always writable", e);
        }
    }

    private static void load(ObjectNode node, Load load) {
        spread(node.putObject("tokens_per_s"), load.tokensPerSecond());
        spread(node.putObject("first_token_s"), load.firstToken());
        spread(node.putObject("rows_of_a_pass"), load.rows());
    }

    private static void spread(ObjectNode node, Samples samples) {
        node.put("median", samples.median());
        node.put("lower_quartile", samples.lowerQuartile());
        node.put("upper_quartile", samples.upperQuartile());
        node.put("least", samples.least());
        node.put("most", samples.most());
    }
}
