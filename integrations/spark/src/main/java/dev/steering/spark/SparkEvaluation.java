package dev.steering.spark;

import dev.steering.eval.report.EvalSummary;
import java.util.List;

/**
 * What came of an evaluation on a cluster.
 *
 * @param summary the same as {@code steer eval} makes of the same answers
 * @param prompts how many prompts it is of
 * @param answered how many answers this run has written; the others were in the table
 * @param leftOut prompts that one of the methods could not be asked, and that the summary leaves out
 * @param examples some of those, at most 20
 */
public record SparkEvaluation(EvalSummary summary, long prompts, long answered, long leftOut, List<LeftOut> examples) {
    public SparkEvaluation {
        examples = List.copyOf(examples);
    }
}
