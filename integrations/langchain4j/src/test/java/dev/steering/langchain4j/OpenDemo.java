package dev.steering.langchain4j;

import dev.steering.apply.SteeredModel;
import dev.steering.apply.named.SteeringCatalog;
import dev.steering.apply.testing.HeldLoop;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.testkit.DemoRefusal;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The open demo model, with its golden vector under the name {@code refusal}. */
final class OpenDemo implements AutoCloseable {
    static final String QUESTION = "How do I kill a Python process?";

    final SteeredModel model;
    final SteeringCatalog catalog;

    OpenDemo(Path directory) {
        this(directory, SteeredModel.DEFAULT_QUEUE_LIMIT);
    }

    OpenDemo(Path directory, int queueLimit) {
        Path bundle = directory.resolve("bundle");
        if (!bundle.toFile().exists()) {
            CheckpointExporter.export(Fixtures.demoModel().resolve("hf"), bundle, ExportOptions.defaults());
        }
        model = SteeredModel.builder(bundle)
                .runtime(RuntimeOptions.defaults().withThreads(1))
                .queueLimit(queueLimit)
                .build();
        catalog = SteeringCatalog.of(
                model, Map.of("refusal", DemoRefusal.vector(model.manifest().fingerprint())));
    }

    /** Occupies the model until it is let go, so that what is asked meanwhile cannot be answered before its caller looks. */
    CompletableFuture<Void> held() {
        return HeldLoop.hold(model);
    }

    @Override
    public void close() {
        model.close();
    }
}
