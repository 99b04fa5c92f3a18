package dev.steering.spark.main;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.json.JsonDocument;
import dev.steering.extract.Toolkit;
import dev.steering.spark.LeftOut;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** The result as one line of JSON, with the same head as {@code steer} gives its own. */
final class JsonMixin {
    private static final int FORMAT = 1;

    @Option(names = "--json", description = "Print the result as one line of JSON instead of text.")
    private boolean json;

    boolean isAsked() {
        return json;
    }

    static ObjectNode result(String command) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("steer", Toolkit.version())
                .put("command", command)
                .put("format", FORMAT);
    }

    static void putLeftOut(ObjectNode node, long count, List<LeftOut> examples) {
        ArrayNode rows = node.put("left_out", count).putArray("examples");
        examples.forEach(one -> rows.addObject().put("row", one.row()).put("reason", one.reason()));
    }

    static void print(PrintWriter out, ObjectNode result) {
        out.println(JsonDocument.write(result));
        out.flush();
    }
}
