package dev.steering.cli.report;

import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.saved.SavedRun;
import dev.steering.viz.page.ReportedRun;
import dev.steering.viz.page.ReportedVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a report is made of: vectors and finished runs. A directory is searched for both, and its own directories for runs: what
 * {@code steer demo}, {@code eval}, {@code sweep} and {@code compare} leave. Immutable.
 *
 * @param vectors the vectors, in the order given
 * @param runs the runs, in the order given; those that try strengths last
 */
public record ReportInputs(List<ReportedVector> vectors, List<ReportedRun> runs) {
    /** What a sweep has replaced. */
    private static final String PREVIOUS = "previous.safetensors";

    private static final String SUFFIX = ".safetensors";

    public ReportInputs {
        vectors = List.copyOf(vectors);
        runs = List.copyOf(runs);
    }

    /**
     * @param paths vector files and directories
     * @param reader reads a vector file of whatever tool
     * @return what they hold
     * @throws BadFile if one of them holds neither a vector nor a finished run
     */
    public static ReportInputs read(List<Path> paths, Function<Path, SteeringVector> reader) {
        List<ReportedVector> vectors = new ArrayList<>();
        List<ReportedRun> runs = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                vectors.add(new ReportedVector(name(path), reader.apply(path)));
                continue;
            }
            List<Path> foundRuns = runs(path);
            List<Path> foundVectors = vectors(path);
            if (foundRuns.isEmpty() && foundVectors.isEmpty()) {
                throw new BadFile(path
                        + " holds nothing to report: expected a vector file, or what 'steer eval', 'steer sweep', 'steer compare' or"
                        + " 'steer demo' has written, in it or in a directory of it"
                        + (Bundle.isComplete(path) ? "; it is a model bundle" : "")
                        + ". Name such a directory, or let the run come to its end first.");
            }
            foundVectors.forEach(file -> vectors.add(new ReportedVector(name(file), reader.apply(file))));
            foundRuns.forEach(run -> runs.add(RunReading.of(name(run), SavedRun.read(run))));
        }
        // Methods at the strengths that were chosen for them come before the search for these.
        runs.sort(Comparator.comparing(ReportedRun::hasStrengths));
        return new ReportInputs(vectors, runs);
    }

    private static String name(Path path) {
        return path.normalize().toString();
    }

    private static List<Path> runs(Path directory) {
        List<Path> found = new ArrayList<>();
        Stream.concat(Stream.of(directory), children(directory).stream())
                .filter(SavedRun::isRun)
                .forEach(found::add);
        return found;
    }

    private static List<Path> vectors(Path directory) {
        return children(directory).stream()
                .filter(file -> file.toString().endsWith(SUFFIX) && !file.endsWith(PREVIOUS))
                .filter(file -> Files.isRegularFile(file) && VectorFile.KIND.recognises(file))
                .toList();
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        } catch (IOException e) {
            throw new BadFile("Cannot read the directory " + directory + ": " + IoReason.of(e) + ".", e);
        }
    }

    /** @return the model that they are about, as they name it */
    public String model() {
        return !vectors.isEmpty()
                ? vectors.get(0).vector().provenance().modelName()
                : runs.get(0).model();
    }
}
