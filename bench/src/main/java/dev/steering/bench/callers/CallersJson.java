package dev.steering.bench.callers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.bench.ReportJson;
import dev.steering.bench.Versions;
import dev.steering.bench.callers.CallersReport.Load;

/** A {@link CallersReport} as one JSON document: {@code one} and {@code many}, each with quartiles of what was measured, and {@code ratio}. */
public final class CallersJson {
    private CallersJson() {}

    /**
     * @param report figures
     * @return the document, indented
     */
    public static String write(CallersReport report) {
        return ReportJson.text(tree(report));
    }

    /**
     * @param report figures
     * @return the document as a tree
     */
    public static ObjectNode tree(CallersReport report) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("model", report.model().name());
        root.put("dtype", report.model().dtype());
        root.put("threads", report.settings().threads());
        root.put("rounds", report.settings().repetitions());
        ReportJson.weights(root, report.settings().weights());
        root.put("callers", report.callers());
        root.put("prompt_tokens", CallerRequests.PROMPT);
        root.put("new_tokens", CallerRequests.ANSWER);
        load(root.putObject("one"), report.one());
        load(root.putObject("many"), report.many());
        ReportJson.spread(root.putObject("ratio"), report.ratio());
        ObjectNode names = root.putObject("versions");
        Versions.get().forEach(names::put);
        return root;
    }

    private static void load(ObjectNode node, Load load) {
        ReportJson.spread(node.putObject("tokens_per_s"), load.tokensPerSecond());
        ReportJson.spread(node.putObject("first_token_s"), load.firstToken());
        ReportJson.spread(node.putObject("rows_of_a_pass"), load.rows());
    }
}
