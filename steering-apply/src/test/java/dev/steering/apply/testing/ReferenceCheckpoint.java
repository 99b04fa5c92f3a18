package dev.steering.apply.testing;

import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.instrument.InstrumentOptions;
import dev.steering.export.instrument.Instrumenter;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.LanguageModel;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Small checkpoints with random weights whose values other implementations computed. They have no tokenizer, so they get the demo
 * model's: only tokens matter.
 */
public final class ReferenceCheckpoint {
    private static final Path CHECKPOINTS = Fixtures.path("checkpoints");
    private static final Path EXPORTS = Fixtures.path("onnx-exports");
    private static final Path DEMO = Path.of("../examples/demo-model/hf");

    private ReferenceCheckpoint() {}

    public static ChatModel open(Path directory, String name) throws IOException {
        Path checkpoint = Files.createTempDirectory(directory, name);
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(CHECKPOINTS.resolve(name).resolve(file), checkpoint.resolve(file));
        }
        for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(DEMO.resolve(file), checkpoint.resolve(file));
        }
        Path bundle = checkpoint.resolve("bundle");
        CheckpointExporter.export(checkpoint, bundle, ExportOptions.defaults());
        return ChatModel.open(bundle);
    }

    /** An ONNX file that somebody else's exporter wrote, instrumented. */
    public static LanguageModel instrumented(Path directory, String name) {
        Path bundle = directory.resolve(name);
        Instrumenter.instrument(EXPORTS.resolve(name).resolve("model.onnx"), bundle, InstrumentOptions.defaults());
        return LanguageModel.open(bundle);
    }
}
