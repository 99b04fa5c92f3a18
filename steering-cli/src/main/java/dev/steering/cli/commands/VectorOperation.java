package dev.steering.cli.commands;

import dev.steering.cli.json.VectorOperationJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands have in common that make one vector of others. */
abstract class VectorOperation implements Callable<Integer> {
    @Option(names = "-o", required = true, paramLabel = "VECTOR", description = "Vector file to write.")
    private Path file = Path.of("");

    @Mixin
    private VectorModelMixin model = new VectorModelMixin();

    @Option(names = "--any-model", description = "Mix vectors of different models all the same, if their sizes agree.")
    private boolean anyModel;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Mixin
    private OutputMixin output = new OutputMixin();

    /** The files of the parents, in order. */
    abstract List<Path> parents();

    abstract SteeringVector made(VectorArithmetic arithmetic, List<SteeringVector> parents);

    @Override
    public final Integer call() {
        VectorTarget.requireOwn(file);
        OutputRule rule = outputs.rule("-o");
        rule.requireFile(file, VectorFile.KIND);
        List<Path> files = parents();
        ModelCheck check = anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL;
        List<SteeringVector> read = model.read(files, check);
        VectorArithmetic arithmetic = VectorArithmetic.withDefaults().withCheck(check);
        SteeringVector result = made(arithmetic, read);
        String replaced = ReplacedVector.lost(file, result);
        VectorFile.write(file, result, rule);
        output.text()
                .printf(
                        Locale.ROOT,
                        "%s: %s of %s, %d layers of hidden size %d%n",
                        file,
                        result.provenance().method(),
                        files.stream().map(Path::toString).collect(Collectors.joining(", ")),
                        result.layers(),
                        result.hidden());
        norms(result.directions());
        if (replaced != null) {
            output.remarks().note(replaced);
        }
        output.print(() -> VectorOperationJson.of(file, files, result));
        if (read.stream().anyMatch(parent -> parent.anchoring() != null)) {
            output.notes()
                    .println("Layers, strength and threshold of what it was made of are not its own: 'steer layers "
                            + ShellWord.quoted(file) + " --model BUNDLE' chooses them.");
        }
        if (read.stream().map(SteeringVector::origin).anyMatch(origin -> origin != null && origin.use() != null)) {
            output.notes()
                    .println(
                            "How another tool applies what it was made of (layers, strength, positions) is not in it: say"
                                    + " --layers and --alpha where it is used.");
        }
        return ExitCodes.SUCCESS;
    }

    private void norms(LayerMatrix directions) {
        output.text().printf(Locale.ROOT, "%5s  %14s%n", "layer", "direction norm");
        for (int l = 0; l < directions.layers(); l++) {
            output.text().printf(Locale.ROOT, "%5d  %14.4f%n", l, directions.norm(l));
        }
    }
}
