package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code steer vector scale}. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description = {
            "Multiply a vector's directions by a number; a negative one turns them round.",
            "",
            "Example:  steer vector scale refusal.safetensors --by -1 -o compliance.safetensors"
        })
public final class VectorScaleCommand extends VectorOperation {
    @Parameters(paramLabel = "VECTOR", description = "Vector file.")
    private Path vector = Path.of("");

    @Option(names = "--by", required = true, paramLabel = "FACTOR", description = "What to multiply by, not 0.")
    private double factor = 1;

    @Override
    List<Path> parents() {
        return List.of(vector);
    }

    @Override
    SteeringVector made(VectorArithmetic arithmetic, List<SteeringVector> parents) {
        return WrongUsage.in(() -> arithmetic.scale(parents.get(0), factor));
    }
}
