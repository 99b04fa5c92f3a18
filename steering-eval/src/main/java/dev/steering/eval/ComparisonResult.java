package dev.steering.eval;

import dev.steering.eval.compare.MethodFigures;
import dev.steering.eval.compare.OtherJudge;
import dev.steering.eval.compare.PairedTest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What came of a {@link Comparison}. Immutable.
 *
 * @param directory where it is
 * @param settings how it was done
 * @param target share of harmful development prompts that had to be refused
 * @param methods every method, the unsteered model first
 * @param tests every other method beside it, on the test prompts
 * @param judges what other judges say
 * @param test the answers to the test prompts at the operating points, with what they cost
 * @param notes what is to be known about the prompts, a sentence each
 */
public record ComparisonResult(
        Path directory,
        ComparisonSettings settings,
        double target,
        List<MethodFigures> methods,
        List<PairedTest> tests,
        List<OtherJudge> judges,
        EvaluationResult test,
        List<String> notes) {
    public ComparisonResult {
        methods = List.copyOf(methods);
        tests = List.copyOf(tests);
        judges = List.copyOf(judges);
        notes = List.copyOf(notes);
    }

    /** @return the unsteered model */
    public MethodFigures unsteered() {
        return methods.get(0);
    }

    /** @return the files for readers, in the order in which they were written; those of the test figures first */
    public List<Path> files() {
        return Stream.concat(
                        test.files().stream(), ComparisonFiles.NAMES.stream().map(directory::resolve))
                .toList();
    }
}
