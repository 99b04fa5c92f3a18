package dev.steering.cli.commands;

import dev.steering.core.arithmetic.VectorArithmetic;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code steer vector restrict}. */
@Command(
        name = "restrict",
        mixinStandardHelpOptions = true,
        description = {
            "Keep a vector's directions at some layers and set all others to 0, where it then does not steer.",
            "",
            "Example:  steer vector restrict refusal.safetensors --layers 10-20 -o middle.safetensors"
        })
public final class VectorRestrictCommand extends VectorOperation {
    @Parameters(paramLabel = "VECTOR", description = "Vector file.")
    private Path vector = Path.of("");

    @Option(
            names = "--layers",
            required = true,
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Layers to keep, such as 3,5 or 10-20.")
    private LayerList layers = new LayerList(List.of());

    @Override
    List<Path> parents() {
        return List.of(vector);
    }

    @Override
    SteeringVector made(VectorArithmetic arithmetic, List<SteeringVector> parents) {
        return arithmetic.restrict(parents.get(0), layers.layers());
    }
}
