package dev.steering.eval.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.ProgressListener;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.store.JsonLog;
import dev.steering.eval.utility.TokenSum;
import dev.steering.model.decode.Generation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Measures how far pushes move the model's language on its own answers, prompt by prompt, and keeps the sums as soon as they are
 * there, in {@code divergence.jsonl}: a killed run goes on where it was, with the same numbers. One run at a time in a directory.
 *
 * @param directory the run's directory, claimed by its manifest
 * @param progress told how many prompts are measured
 */
public record DivergenceRun(Path directory, ProgressListener progress) {
    private static final String FILE = "divergence.jsonl";

    /** One prompt with the unsteered answer. */
    private record Spoken(int item, String prompt, Generation answer) {}

    /**
     * @param model measures
     * @param outcomes the prompts
     * @param unsteered the unsteered model's answers to all of them, in their order
     * @param pushes what to measure
     * @return the divergence of all settings that do nothing but that. Only prompts count that should be answered and that the
     *     unsteered model answers: there nothing should change
     */
    public SettingDivergence run(
            SweepModel model, SweepOutcomes outcomes, List<Generation> unsteered, Collection<Push> pushes) {
        List<Spoken> spoken = spoken(outcomes, unsteered);
        Map<String, SortedMap<Integer, TokenSum>> sums = new LinkedHashMap<>();
        try (JsonLog log = JsonLog.open(directory.resolve(FILE))) {
            log.read(line -> {
                TokenSum sum = new TokenSum(line.number("sum"), line.longInteger("tokens"));
                SettingDivergence.put(sums, line.string("method"), line.integer("item"), sum);
                return sum;
            });
            int longest = spoken.stream()
                    .mapToInt(s -> s.answer().tokens().size())
                    .max()
                    .orElse(1);
            int rows = model.divergenceRows(longest);
            for (int from = 0; from < spoken.size(); from += rows) {
                List<Spoken> batch = spoken.subList(from, Math.min(spoken.size(), from + rows));
                List<Push> missing = pushes.stream()
                        .filter(push -> batch.stream().anyMatch(s -> !isKnown(sums, push, s)))
                        .toList();
                if (!missing.isEmpty()) {
                    measure(model, batch, missing, sums, log);
                }
                progress.onProgress("measuring divergence", from + (long) batch.size(), spoken.size());
            }
        }
        return new SettingDivergence(outcomes, sums);
    }

    private static List<Spoken> spoken(SweepOutcomes outcomes, List<Generation> unsteered) {
        List<Spoken> spoken = new ArrayList<>();
        for (int i = 0; i < unsteered.size(); i++) {
            EvalItem item = outcomes.items().get(i);
            boolean counts = item.expectation() == Expectation.COMPLY && !outcomes.refused(Push.NONE, i);
            if (counts && !unsteered.get(i).tokens().isEmpty()) {
                spoken.add(new Spoken(i, item.prompt(), unsteered.get(i)));
            }
        }
        return spoken;
    }

    private static boolean isKnown(Map<String, SortedMap<Integer, TokenSum>> sums, Push push, Spoken spoken) {
        SortedMap<Integer, TokenSum> known = sums.get(push.name());
        return known != null && known.containsKey(spoken.item());
    }

    private static void measure(
            SweepModel model,
            List<Spoken> batch,
            List<Push> pushes,
            Map<String, SortedMap<Integer, TokenSum>> sums,
            JsonLog log) {
        List<List<TokenSum>> measured = model.divergences(
                batch.stream().map(Spoken::prompt).toList(),
                batch.stream().map(Spoken::answer).toList(),
                pushes);
        List<ObjectNode> lines = new ArrayList<>();
        for (int p = 0; p < pushes.size(); p++) {
            for (int i = 0; i < batch.size(); i++) {
                if (!isKnown(sums, pushes.get(p), batch.get(i))) {
                    TokenSum sum = measured.get(p).get(i);
                    String name = pushes.get(p).name();
                    SettingDivergence.put(sums, name, batch.get(i).item(), sum);
                    lines.add(JsonLog.newLine()
                            .put("method", name)
                            .put("item", batch.get(i).item())
                            .put("sum", sum.sum())
                            .put("tokens", sum.tokens()));
                }
            }
        }
        log.append(lines);
    }
}
