package dev.steering.export.bundle;

import dev.steering.core.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts weight files into a bundle. */
public final class WeightLinks {
    private WeightLinks() {}

    /**
     * A hard link outlives the checkpoint's directory. ONNX Runtime refuses symbolic links that lead out of the bundle, so
     * across file systems only a copy is left.
     *
     * @param file a weight file
     * @param target its place in the bundle
     * @param progress told when it has to be copied
     * @throws IOException if it can be neither linked nor copied
     */
    public static void link(Path file, Path target, ProgressListener progress) throws IOException {
        Path real = file.toRealPath();
        try {
            Files.createLink(target, real);
        } catch (IOException | UnsupportedOperationException e) {
            progress.onProgress("copying weights (cannot be linked)", 0, 1);
            Files.copy(real, target);
        }
    }
}
