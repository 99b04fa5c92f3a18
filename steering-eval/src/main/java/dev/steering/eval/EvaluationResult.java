package dev.steering.eval;

import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.JudgesTable;
import dev.steering.eval.run.Cost;
import dev.steering.eval.run.CostRounds;
import dev.steering.eval.run.JudgedRow;
import dev.steering.eval.utility.Utility;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What came of an {@link Evaluation}. Immutable.
 *
 * @param directory where it is
 * @param model the model's name
 * @param judge who told refusals
 * @param batch most prompts that were run at once
 * @param methods what each method does, in words, by name
 * @param rows every method's verdicts, methods in their order and prompts in theirs
 * @param summary refusals per set, and paired tests
 * @param costs what the answers cost, by method
 * @param relativeCosts cost per token relative to the first method's, by method; empty if it was not measured
 * @param utilities divergence and perplexity, by method; empty if neither was measured
 * @param notes what is to be known about the prompts, a sentence each: left out, cut, seen by a vector's extraction, on both sides
 */
public record EvaluationResult(
        Path directory,
        String model,
        String judge,
        int batch,
        Map<String, String> methods,
        List<JudgedRow> rows,
        EvalSummary summary,
        Map<String, Cost> costs,
        Map<String, CostRounds.Measured> relativeCosts,
        Map<String, Utility> utilities,
        List<String> notes) {
    public EvaluationResult {
        methods = copy(methods);
        rows = List.copyOf(rows);
        costs = copy(costs);
        relativeCosts = copy(relativeCosts);
        utilities = copy(utilities);
        notes = List.copyOf(notes);
    }

    private static <V> Map<String, V> copy(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** @return what each of several judges said, and how they agree */
    public JudgesTable judges() {
        return JudgesTable.of(judge, rows);
    }

    /** @return the files for readers, in the order in which they were written */
    public List<Path> files() {
        return Stream.concat(Stream.of(EvaluationFiles.ROWS), EvaluationFiles.texts(this).keySet().stream())
                .map(directory::resolve)
                .toList();
    }
}
