package dev.steering.eval;

import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.report.ResultsTable;
import dev.steering.eval.sweep.DevelopmentResult;
import dev.steering.eval.sweep.SafetyRates;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What came of a {@link Sweep}. Immutable.
 *
 * @param directory where it is
 * @param development every setting on the development prompts, and the choice
 * @param test the unsteered model and the chosen setting on the test prompts
 * @param recommended the vector with the chosen setting, how it was chosen, and the figures
 */
public record SweepResult(
        Path directory, DevelopmentResult development, EvaluationResult test, SteeringVector recommended) {
    static final String UNSTEERED = "default";
    static final String STEERED = "scans";

    /** @return whether steering pays, see {@link DevelopmentResult#pays} */
    public boolean pays() {
        return development.pays();
    }

    /** @return the unsteered model's refusals of the test prompts */
    public SafetyRates testUnsteered() {
        return rates(test, UNSTEERED);
    }

    /** @return the chosen setting's refusals of the test prompts */
    public SafetyRates testRecommended() {
        return rates(test, STEERED);
    }

    static SafetyRates rates(EvaluationResult test, String method) {
        ResultsTable table = test.summary().table();
        return new SafetyRates(table.sets().stream()
                .map(set -> new SafetyRates.SetRate(
                        set, table.expectation(set), table.rate(method, set), table.counts(method, set)))
                .toList());
    }

    /** @return the file of the recommended vector */
    public Path vectorFile() {
        return directory.resolve(SweepFiles.VECTOR);
    }

    /** @return the files for readers and the vector's, in the order in which they were written; those of the test figures first */
    public List<Path> files() {
        Stream<Path> tables = SweepFiles.texts(this).keySet().stream().map(directory::resolve);
        return Stream.of(test.files().stream(), tables, Stream.of(vectorFile()))
                .flatMap(files -> files)
                .toList();
    }
}
