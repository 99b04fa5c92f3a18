package dev.steering.cli.commands;

import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code steer vector orthogonalise}. */
@Command(
        name = "orthogonalise",
        mixinStandardHelpOptions = true,
        description = {
            "Remove from a vector what it has in common with others, layer by layer: the rest is at right angles to each of them, so",
            "that steering along it leaves their components alone.",
            "",
            "Example:  steer vector orthogonalise false-refusal.safetensors --against harmful.safetensors -o pure.safetensors"
        })
public final class VectorOrthogonaliseCommand extends VectorOperation {
    @Parameters(paramLabel = "VECTOR", description = "Vector file.")
    private Path vector = Path.of("");

    @Option(
            names = "--against",
            required = true,
            paramLabel = "VECTOR",
            description = "What to remove. Can be given several times.")
    private List<Path> others = List.of();

    @Override
    List<Path> parents() {
        List<Path> all = new ArrayList<>(others);
        all.add(0, vector);
        return all;
    }

    @Override
    SteeringVector made(VectorArithmetic arithmetic, List<SteeringVector> parents) {
        return arithmetic.orthogonalise(parents.get(0), parents.subList(1, parents.size()));
    }
}
