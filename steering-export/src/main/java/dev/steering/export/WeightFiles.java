package dev.steering.export;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.bundle.WeightLinks;
import dev.steering.export.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A checkpoint's weight files at their place in the bundle, and copies of what lies apart there and is read as one. */
final class WeightFiles implements BundleWeights {
    private final Checkpoint checkpoint;
    private final @Nullable JoinedWeights joined;

    /**
     * @param checkpoint whose weight files lie in the bundle under their own names
     * @param joined what is read from a file of copies; null if nothing is
     */
    WeightFiles(Checkpoint checkpoint, @Nullable JoinedWeights joined) {
        this.checkpoint = checkpoint;
        this.joined = joined;
    }

    /** @param stacks of {@link JoinedWeights#stacks} */
    static WeightFiles place(
            Checkpoint checkpoint, List<List<TensorInfo>> stacks, Path directory, ExportOptions options)
            throws IOException {
        int done = 0;
        for (Path file : checkpoint.files()) {
            String stage = options.copyWeights() ? "copying weights" : "linking weights";
            options.progress().onProgress(stage, done++, checkpoint.files().size());
            Path target = directory.resolve(file.getFileName());
            if (Files.exists(target) && Files.isSameFile(file, target)) {
                done++;
                continue;
            }
            if (options.copyWeights()) {
                Files.copy(file.toRealPath(), target);
            } else {
                WeightLinks.link(file, target, options.progress());
            }
            options.progress().onProgress(stage, done, checkpoint.files().size());
        }
        return new WeightFiles(checkpoint, JoinedWeights.write(checkpoint, stacks, directory, options.progress()));
    }

    @Override
    public boolean has(String name) {
        return checkpoint.has(name);
    }

    @Override
    public Location locate(String name, long... shape) {
        return location(checkpoint.tensor(name, shape), fileOf(name));
    }

    @Override
    public Optional<Matrix> stacked(List<String> names, List<Long> out, long in) {
        return BundleWeights.super
                .stacked(names, out, in)
                .or(() -> joined == null ? Optional.empty() : joined.stacked(names, out, in));
    }

    @Override
    public List<String> copies() {
        return joined == null ? List.of() : List.of(joined.name());
    }

    @Override
    public String fileOf(String name) {
        return String.valueOf(checkpoint.fileOf(name).getFileName());
    }

    /** A tensor in a file of the bundle. */
    static Location location(TensorInfo tensor, String file) {
        return new Location(file, type(tensor), tensor.shape(), tensor.offset(), tensor.bytes());
    }

    private static DType type(TensorInfo tensor) {
        return switch (tensor.dtype()) {
            case F32, F16, BF16, U8, I64 -> tensor.dtype();
            default ->
                throw new BadFile("The checkpoint's tensor '" + tensor.name() + "' is "
                        + tensor.dtype().safetensorsName() + "; supported: F32, F16, BF16.");
        };
    }
}
