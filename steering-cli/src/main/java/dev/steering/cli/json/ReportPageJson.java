package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.viz.page.ReportPage;
import java.nio.file.Path;

/** A report page that was written. Stateless and thread-safe. */
public final class ReportPageJson {
    private ReportPageJson() {}

    /**
     * @param file the page
     * @param bytes its size
     * @param page what is on it
     * @return the result of {@code steer report}
     */
    public static ObjectNode of(Path file, long bytes, ReportPage page) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("file", file.toString())
                .put("bytes", bytes)
                .put("title", page.title());
        ArrayNode verdict = node.putArray("verdict");
        page.verdict()
                .forEach((question, answer) ->
                        verdict.addObject().put("question", question).put("answer", answer));
        ArrayNode vectors = node.putArray("vectors");
        page.vectors().forEach(vector -> vectors.add(vector.name()));
        ArrayNode runs = node.putArray("runs");
        page.runs().forEach(run -> runs.addObject()
                .put("name", run.name())
                .put("prompts", run.prompts().size())
                .put("methods", run.variants().size()));
        return node;
    }
}
