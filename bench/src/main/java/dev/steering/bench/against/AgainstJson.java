package dev.steering.bench.against;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.bench.ReportJson;
import dev.steering.bench.Versions;

/** An {@link AgainstReport} as one JSON document: {@code ours}, {@code theirs} and {@code ratio}, each with quartiles. */
public final class AgainstJson {
    private AgainstJson() {}

    /**
     * @param report figures
     * @return the document as a tree
     */
    public static ObjectNode tree(AgainstReport report) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("model", report.model().name());
        root.put("dtype", report.model().dtype());
        root.put("threads", report.settings().threads());
        root.put("rounds", report.settings().repetitions());
        ReportJson.weights(root, report.settings().weights());
        root.put("bench", report.bench());
        root.put("against", report.command());
        ReportJson.spread(root.putObject("ours"), report.ours());
        ReportJson.spread(root.putObject("theirs"), report.theirs());
        ReportJson.spread(root.putObject("ratio"), report.ratio());
        ObjectNode names = root.putObject("versions");
        Versions.get().forEach(names::put);
        return root;
    }
}
