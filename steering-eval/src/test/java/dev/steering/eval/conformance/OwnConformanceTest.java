package dev.steering.eval.conformance;

import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.chat.ChatModel;
import dev.steering.testkit.FixtureBundle;
import dev.steering.testkit.Fixtures;
import dev.steering.testkit.TestCheckpoint;
import dev.steering.testkit.conformance.ConformanceCase;
import dev.steering.testkit.conformance.ConformanceSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our runtime on the demo model and on a small checkpoint of every family. */
class OwnConformanceTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama",
                "llama3-rope",
                "mistral",
                "qwen2",
                "qwen3",
                "gemma",
                "gemma2",
                "gemma3",
                "phi3",
                "granite",
                "smollm3"
            })
    void everyFamilyConforms(String family) throws IOException {
        Path checkpoint = Files.createDirectories(directory.resolve("checkpoint"));
        Path bundle = directory.resolve("bundle");
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(TestCheckpoint.path(family).resolve(file), checkpoint.resolve(file));
        }
        // Small checkpoints have no tokenizer; nothing is encoded here.
        Files.copy(Fixtures.demoModel().resolve("hf/tokenizer.json"), checkpoint.resolve("tokenizer.json"));
        CheckpointExporter.export(checkpoint, bundle, ExportOptions.defaults());
        try (ChatModel model = ChatModel.open(bundle)) {
            verifyAll(model);
        }
    }

    private static void verifyAll(ChatModel model) throws IOException {
        OwnRuntime runtime = new OwnRuntime(model, 1e-4);
        for (ConformanceCase one : ConformanceSuite.cases()) {
            try {
                one.verify(runtime);
            } catch (AssertionError e) {
                throw new AssertionError(one.name() + ": " + e.getMessage(), e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.steering.testkit.conformance.ConformanceSuite#cases")
    void theDemoModelConforms(ConformanceCase one) throws IOException {
        try (ChatModel model = ChatModel.open(FixtureBundle.DEMO.unpack(directory.resolve("demo")))) {
            one.verify(new OwnRuntime(model, 1e-4));
        }
    }
}
