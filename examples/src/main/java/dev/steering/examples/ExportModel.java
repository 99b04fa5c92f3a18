package dev.steering.examples;

import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.inspect.BundleInspection;
import dev.steering.export.inspect.Inspector;
import java.nio.file.Path;

/** How do I make a bundle of a Hugging Face checkpoint, and what is in it? */
public final class ExportModel {
    private ExportModel() {}

    /** @param args checkpoint directory, bundle to write */
    public static void main(String[] args) {
        Path bundle = Path.of(args[1]);
        CheckpointExporter.export(Path.of(args[0]), bundle, ExportOptions.defaults());
        if (Inspector.inspect(bundle) instanceof BundleInspection found) {
            System.out.println(found.manifest().name() + ": " + found.manifest().layers() + " layers of "
                    + found.manifest().hidden() + " numbers, context "
                    + found.manifest().context());
        }
    }
}
