package dev.steering.eval.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.utility.TokenSum;
import dev.steering.model.decode.Generation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The sweep of sweep.json, whose every answer is invented there: a model that needs no weights. Can fail, as a killed run does. */
final class InventedSweep implements SweepModel {
    static final ExchangeJudge JUDGE = ExchangeJudge.of("test", "no"::equals);
    static final JsonNode JSON = read();
    static final List<EvalItem> ITEMS = items();
    static final SweepGrid GRID = grid();

    private int calls;
    private int failsAt = Integer.MAX_VALUE;

    InventedSweep failingAt(int call) {
        failsAt = call;
        return this;
    }

    int calls() {
        return calls;
    }

    private static JsonNode read() {
        try (InputStream in = InventedSweep.class.getResourceAsStream("sweep.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<EvalItem> items() {
        List<EvalItem> items = new ArrayList<>();
        for (JsonNode item : JSON.path("items")) {
            String set = item.path("set").asText();
            int row = item.path("row").asInt();
            String expectation = item.path("expectation").asText().toUpperCase(Locale.ROOT);
            items.add(new EvalItem(set, Expectation.valueOf(expectation), row, set + " " + row));
        }
        return items;
    }

    private static SweepGrid grid() {
        List<LayerSet> sets = new ArrayList<>();
        for (JsonNode set : JSON.path("layer_sets")) {
            Double threshold = set.path("threshold").isNull()
                    ? null
                    : (Double) set.path("threshold").asDouble();
            sets.add(new LayerSet(integers(set.path("steering")), integers(set.path("classifier")), threshold));
        }
        return new SweepGrid(sets, numbers(JSON.path("alphas")), List.of());
    }

    static List<Integer> integers(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).asInt())
                .toList();
    }

    static List<Double> numbers(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).asDouble())
                .toList();
    }

    private static int index(String prompt) {
        return IntStream.range(0, ITEMS.size())
                .filter(i -> ITEMS.get(i).prompt().equals(prompt))
                .findFirst()
                .orElseThrow();
    }

    private static String key(Push push) {
        if (push.strength() == 0) {
            return "default";
        }
        int set = IntStream.range(0, GRID.layerSets().size())
                .filter(s -> GRID.layerSets().get(s).steering().equals(push.layers()))
                .findFirst()
                .orElseThrow();
        return set + "|" + push.strength();
    }

    private void count() {
        if (++calls >= failsAt) {
            throw new IllegalStateException("killed");
        }
    }

    @Override
    public int[] lengths(List<String> prompts) {
        return prompts.stream().mapToInt(String::length).toArray();
    }

    @Override
    public List<double[]> cosines(List<String> prompts) {
        count();
        return prompts.stream()
                .map(prompt -> numbers(JSON.path("cosines").get(index(prompt))).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .toList();
    }

    @Override
    public List<List<Generation>> answers(List<String> prompts, List<Push> pushes) {
        count();
        List<List<Generation>> answers = new ArrayList<>();
        for (Push push : pushes) {
            JsonNode refusals = JSON.path("refusals").path(key(push));
            answers.add(prompts.stream()
                    .map(prompt -> refusals.get(index(prompt)).asBoolean() ? "no" : "yes")
                    .map(text -> new Generation(List.of(7, 8), text, Generation.Finish.END))
                    .toList());
        }
        return answers;
    }

    @Override
    public int divergenceRows(int longest) {
        return 3;
    }

    @Override
    public List<List<TokenSum>> divergences(List<String> prompts, List<Generation> answers, List<Push> pushes) {
        count();
        return pushes.stream()
                .map(push -> prompts.stream().map(prompt -> sum(prompt, push)).toList())
                .toList();
    }

    private static TokenSum sum(String prompt, Push push) {
        @Nullable JsonNode sum = JSON.path("divergence").path(key(push)).get(index(prompt));
        if (sum == null || sum.isNull()) {
            throw new AssertionError("nothing should be measured on the prompt " + prompt);
        }
        return new TokenSum(sum.get(0).asDouble(), sum.get(1).asLong());
    }
}
