package dev.steering.eval.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import java.util.List;

/**
 * An evaluation and the settings it ran with, as written to {@code results.json}.
 *
 * @param table refusals of every method on every prompt set
 * @param layers the steered layers, 0-based
 * @param alpha strength of the steering, finite
 * @param threshold the classifier's threshold T, finite
 */
public record EvaluationResults(ResultsTable table, List<Integer> layers, double alpha, double threshold) {
    /** @throws IllegalArgumentException if a layer is negative or a number is not finite, which JSON cannot hold */
    public EvaluationResults {
        layers = List.copyOf(layers);
        for (int layer : layers) {
            if (layer < 0) {
                throw new IllegalArgumentException("Layers count from 0, but " + layer + " is among " + layers + ".");
            }
        }
        checkFinite("alpha", alpha);
        checkFinite("threshold", threshold);
    }

    private static void checkFinite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("The " + name + " must be a finite number, but is " + value + ".");
        }
    }

    /**
     * The contents of {@code results.json}: {@code {"methods": {METHOD: {SET: {"refused": int, "n": int, "low": number,
     * "high": number, "empty": int, "repetitive": int, "cut": int}}}, "layers": [int], "alpha": number, "threshold": number}},
     * methods and sets in the table's order; {@code low} and {@code high} are the ends of Wilson's 95 % interval, as shares.
     *
     * @return indented JSON that ends in a line feed; the same results give the same text on every platform
     */
    public String toJson() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        ObjectNode methods = root.putObject("methods");
        for (String method : table.methods()) {
            ObjectNode row = methods.putObject(method);
            for (String set : table.sets()) {
                Rate rate = table.rate(method, set);
                WilsonInterval interval = rate.interval();
                AnswerCounts counts = table.counts(method, set);
                row.putObject(set)
                        .put("refused", rate.refused())
                        .put("n", rate.n())
                        .put("low", interval.low())
                        .put("high", interval.high())
                        .put("empty", counts.empty())
                        .put("repetitive", counts.repetitive())
                        .put("cut", counts.cut());
            }
        }
        layers.forEach(root.putArray("layers")::add);
        root.put("alpha", alpha).put("threshold", threshold);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        try {
            return mapper.writer(printer).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of numbers and names could not be written.", e);
        }
    }
}
