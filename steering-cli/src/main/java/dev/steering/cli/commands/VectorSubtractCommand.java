package dev.steering.cli.commands;

import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code steer vector subtract}. */
@Command(
        name = "subtract",
        mixinStandardHelpOptions = true,
        description = {
            "Subtract vectors from the first one, layer by layer.",
            "",
            "Example:  steer vector subtract a.safetensors b.safetensors -o c.safetensors"
        })
public final class VectorSubtractCommand extends VectorOperation {
    @Parameters(
            arity = "2..*",
            paramLabel = "VECTOR",
            description = "Vector files: what to subtract from, and what to subtract.")
    private List<Path> vectors = List.of();

    @Mixin
    private ScaleMixin scale = new ScaleMixin();

    @Override
    List<Path> parents() {
        return vectors;
    }

    @Override
    SteeringVector made(VectorArithmetic arithmetic, List<SteeringVector> parents) {
        return arithmetic.withScale(scale.scale()).subtract(parents.get(0), parents.subList(1, parents.size()));
    }
}
