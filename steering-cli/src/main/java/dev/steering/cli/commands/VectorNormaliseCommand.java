package dev.steering.cli.commands;

import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code steer vector normalise}. */
@Command(
        name = "normalise",
        mixinStandardHelpOptions = true,
        description = {
            "Give all of a vector's directions norm 1.",
            "",
            "Example:  steer vector normalise refusal.safetensors -o unit.safetensors"
        })
public final class VectorNormaliseCommand extends VectorOperation {
    @Parameters(paramLabel = "VECTOR", description = "Vector file.")
    private Path vector = Path.of("");

    @Override
    List<Path> parents() {
        return List.of(vector);
    }

    @Override
    SteeringVector made(VectorArithmetic arithmetic, List<SteeringVector> parents) {
        return arithmetic.normalise(parents.get(0));
    }
}
