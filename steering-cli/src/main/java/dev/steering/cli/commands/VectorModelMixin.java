package dev.steering.cli.commands;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Several vector files of one model, of whatever tools; the model says what their files do not. */
final class VectorModelMixin {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "BUNDLE",
            description =
                    "The model that they are of: sizes are checked, and other tools' files (GGUF, .npz, .npy, .svec, safetensors),"
                            + " which do not say it, are bound to it.")
    private @Nullable Path bundle;

    /**
     * @param files vector files, this program's own or other tools'
     * @param check whether one of another model of the same size will do
     * @return the vectors, in order; other tools' with as many layers as the model has, or else as the longest of them all
     */
    List<SteeringVector> read(List<Path> files, ModelCheck check) {
        Bundle model = bundle == null ? null : Bundle.open(bundle);
        // Reads and hashes the tokenizer: once for all files.
        ModelBinding binding = model == null ? null : ModelBinding.of(model);
        int layers = model == null ? 0 : model.manifest().layers();
        List<SteeringVector> read = new ArrayList<>();
        for (Path file : files) {
            SteeringVector vector = GivenVector.read(file, layers, spec);
            read.add(model == null || binding == null ? vector : binding.bound(vector, model.manifest(), check));
        }
        int most = read.stream().mapToInt(SteeringVector::layers).max().orElse(0);
        return read.stream().map(vector -> vector.fitted(most)).toList();
    }
}
