package dev.steering.cli.commands;

import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code steer vector average}. */
@Command(
        name = "average",
        mixinStandardHelpOptions = true,
        description = {
            "Take the mean of vectors of one model, layer by layer.",
            "",
            "Example:  steer vector average a.safetensors b.safetensors -o c.safetensors"
        })
public final class VectorAverageCommand extends VectorOperation {
    @Parameters(arity = "2..*", paramLabel = "VECTOR", description = "Vector files, at least two.")
    private List<Path> vectors = List.of();

    @Mixin
    private ScaleMixin scale = new ScaleMixin();

    @Override
    List<Path> parents() {
        return vectors;
    }

    @Override
    SteeringVector made(VectorArithmetic arithmetic, List<SteeringVector> parents) {
        return arithmetic.withScale(scale.scale()).average(parents);
    }
}
