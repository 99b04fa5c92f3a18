package dev.steering.cli.commands;

import dev.steering.core.vector.VectorScale;
import picocli.CommandLine.Option;

/** What of each vector goes into a sum. */
final class ScaleMixin {
    @Option(
            names = "--scale",
            paramLabel = "raw|unit",
            description =
                    "Take the directions as they are (raw, default) or with norm 1 (unit), so that all weigh the same.")
    private VectorScale scale = VectorScale.RAW;

    VectorScale scale() {
        return scale;
    }
}
