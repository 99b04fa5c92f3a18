package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.cli.demo.Demo;
import dev.steering.eval.EvaluationJson;
import java.nio.file.Path;

/** What the demo found. Stateless and thread-safe. */
public final class DemoJson {
    private DemoJson() {}

    /**
     * @param result what it found
     * @param report all of it as a page
     * @return the result of {@code steer demo}
     */
    public static ObjectNode of(Demo.Result result, Path report) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("directory", result.directory().toString())
                .put("bundle", result.bundle().toString())
                .put("vector", result.vector().toString());
        node.set("steering_layers", RecordJson.tree(result.anchoring().steeringLayers()));
        node.put("alpha", result.anchoring().alpha());
        node.set("scale", RecordJson.tree(result.anchoring().scale()));
        node.set("calibration", RecordJson.tree(result.anchoring().calibration()));
        node.put("system_prompt", result.systemPrompt());
        node.set("evaluation", EvaluationJson.of(result.evaluation()));
        node.set("examples", RecordJson.tree(result.examples()));
        return node.put("report", report.toString()).put("seconds", result.seconds());
    }
}
