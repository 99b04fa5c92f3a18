import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import java.nio.file.Path;

/** Exports a checkpoint: arguments are its directory and the bundle to write. */
final class ExportDemo {
    public static void main(String[] args) {
        CheckpointExporter.export(Path.of(args[0]), Path.of(args[1]), ExportOptions.defaults());
    }
}
