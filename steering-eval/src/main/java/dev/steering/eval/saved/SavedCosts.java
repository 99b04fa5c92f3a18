package dev.steering.eval.saved;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.prompts.PromptTable;
import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.run.RelativeCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What methods cost, of what a finished run has left: {@code utility.csv}, {@code cost.jsonl} and {@code timings.jsonl} in its directory, and
 * {@code results.json} one directory above, where a comparison has its figures on the test prompts. Stateless and thread-safe.
 */
public final class SavedCosts {
    private static final String UTILITY = "utility.csv";
    private static final String ROUNDS = "cost.jsonl";
    private static final String TIMINGS = "timings.jsonl";
    private static final String COMPARISON = "results.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Double> perplexities = new LinkedHashMap<>();
    private final Map<String, List<CapabilityScore>> capability = new LinkedHashMap<>();
    private final Map<String, RelativeCost> alone = new LinkedHashMap<>();
    private final Map<String, RelativeCost> together = new LinkedHashMap<>();
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    private SavedCosts() {}

    /**
     * @param run a run
     * @return costs by the names of its methods; a method has none where nothing was measured
     * @throws BadFile naming the file if one of them is damaged
     */
    public static Map<String, SavedCost> of(SavedRun run) {
        SavedCosts costs = new SavedCosts();
        Path directory = run.directory();
        costs.readTimings(directory.resolve(TIMINGS));
        costs.readRounds(directory.resolve(ROUNDS), run.answers().get(0).method());
        costs.readUtility(directory.resolve(UTILITY));
        Path above = directory.toAbsolutePath().getParent();
        if (above != null && directory.toAbsolutePath().normalize().endsWith("test")) {
            costs.readComparison(above.resolve(COMPARISON));
        }
        Map<String, SavedCost> all = new LinkedHashMap<>();
        run.answers().stream()
                .map(SavedAnswer::method)
                .distinct()
                .filter(costs::isKnown)
                .forEach(method -> all.put(method, costs.cost(method)));
        return Collections.unmodifiableMap(all);
    }

    private boolean isKnown(String method) {
        return perplexities.containsKey(method)
                || capability.containsKey(method)
                || alone.containsKey(method)
                || seconds.containsKey(method);
    }

    private SavedCost cost(String method) {
        return new SavedCost(
                perplexities.get(method),
                alone.get(method),
                together.get(method),
                seconds.get(method),
                capability.getOrDefault(method, List.of()));
    }

    private void readTimings(Path file) {
        for (JsonNode line : SavedLines.read(file)) {
            seconds.merge(line.path("method").asText(), number(line, "seconds", file), Double::sum);
        }
    }

    /** A round gives one ratio to the first method of it, as {@link dev.steering.eval.run.CostRounds} says. */
    private void readRounds(Path file, String first) {
        Map<String, Map<Integer, JsonNode>> rounds = new LinkedHashMap<>();
        for (JsonNode line : SavedLines.read(file)) {
            rounds.computeIfAbsent(line.path("method").asText(), method -> new LinkedHashMap<>())
                    .put(line.path("round").asInt(), line);
        }
        Map<Integer, JsonNode> reference = rounds.getOrDefault(first, Map.of());
        rounds.forEach((method, ours) -> {
            alone.put(method, ratio(ours, reference, "alone_seconds_per_token", file));
            together.put(method, ratio(ours, reference, "together_seconds_per_token", file));
        });
    }

    private static RelativeCost ratio(
            Map<Integer, JsonNode> ours, Map<Integer, JsonNode> reference, String key, Path file) {
        double[] ratios = ours.entrySet().stream()
                .filter(round -> reference.containsKey(round.getKey()))
                .mapToDouble(round -> number(round.getValue(), key, file)
                        / number(reference.getOrDefault(round.getKey(), round.getValue()), key, file))
                .toArray();
        if (ratios.length == 0) {
            throw damaged(file, "rounds of the first method", "none", null);
        }
        return RelativeCost.of(ratios);
    }

    private void readUtility(Path file) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        PromptTable.read(file).rows().forEach(row -> {
            Double perplexity = number(row.values(), "perplexity", file);
            if (perplexity != null) {
                perplexities.put(row.values().getOrDefault("method", ""), perplexity);
            }
        });
    }

    private void readComparison(Path file) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        for (JsonNode method : tree(file).path("methods")) {
            String name = method.path("name").asText();
            if (method.path("perplexity").isNumber()) {
                perplexities.putIfAbsent(name, method.path("perplexity").doubleValue());
            }
            List<CapabilityScore> scores = new ArrayList<>();
            method.path("capability")
                    .forEach(score -> scores.add(new CapabilityScore(
                            score.path("task").asText(),
                            score.path("metric").asText(),
                            number(score, "value", file),
                            score.path("n").asInt())));
            if (!scores.isEmpty()) {
                capability.put(name, scores);
            }
        }
    }

    private static JsonNode tree(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw damaged(file, "a JSON document", IoReason.of(e), e);
        }
    }

    private static double number(JsonNode node, String key, Path file) {
        JsonNode value = node.get(key);
        if (value == null || !value.isNumber()) {
            throw damaged(file, "a number under '" + key + "'", value == null ? "nothing" : value.toString(), null);
        }
        return value.doubleValue();
    }

    private static @Nullable Double number(Map<String, String> values, String key, Path file) {
        String value = values.getOrDefault(key, "");
        try {
            return value.isBlank() ? null : Double.valueOf(value);
        } catch (NumberFormatException e) {
            throw damaged(file, "a number under '" + key + "'", "'" + value + "'", e);
        }
    }

    private static BadFile damaged(Path file, String expected, String found, @Nullable Exception cause) {
        String message = file + ": expected " + expected + ", found " + found
                + ". It is damaged: run the evaluation again, which writes it anew, or delete it and go without it.";
        return cause == null ? new BadFile(message) : new BadFile(message, cause);
    }
}
