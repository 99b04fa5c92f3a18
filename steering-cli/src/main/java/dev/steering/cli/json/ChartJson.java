package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.viz.LayerCharts;
import java.nio.file.Path;
import java.util.List;

/** Pictures that were drawn. Stateless and thread-safe. */
public final class ChartJson {
    private ChartJson() {}

    /**
     * @param file what was drawn
     * @param charts the pictures
     * @param skipped what could not be drawn, and why
     * @return the result of {@code steer chart}
     */
    public static ObjectNode of(Path file, List<Path> charts, List<LayerCharts.Skipped> skipped) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("file", file.toString());
        node.set("charts", RecordJson.tree(charts));
        ArrayNode array = node.putArray("skipped");
        skipped.forEach(chart -> array.addObject().put("chart", chart.chart()).put("reason", chart.reason()));
        return node;
    }
}
