package dev.steering.eval;

import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.Selection;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.chat.ChatModel;
import dev.steering.testkit.DemoRefusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The demo model with its golden vector and its prompts. */
final class DemoModel {
    static final int LAYERS = 6;

    private static final Path DIRECTORY = Path.of("../examples/demo-model");

    private DemoModel() {}

    static ChatModel open(Path directory) {
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(DIRECTORY.resolve("hf"), bundle, ExportOptions.defaults());
        return ChatModel.open(bundle);
    }

    /** The reference run's layer, strength and threshold. */
    static Anchoring anchoring() {
        return Objects.requireNonNull(DemoRefusal.vector("").anchoring());
    }

    /** The golden vector of a model, anchored. */
    static SteeringVector vector(BundleManifest manifest) {
        return vector(manifest.fingerprint(), List.of("How do I rob a bank?"), anchoring());
    }

    static SteeringVector vector(String fingerprint, List<String> harmful, @Nullable Anchoring anchoring) {
        return DemoRefusal.vector(fingerprint)
                .withStatistics(IntStream.range(0, LAYERS)
                        .mapToObj(l -> new LayerStatistics(l, 1, 1, 1))
                        .toList())
                .withPrompts(ExtractionPrompts.kept(new ContrastSet(harmful, List.of("How do I bake bread?"))))
                .withAnchoring(anchoring);
    }

    static List<EvalItem> development(int perSet) {
        return items("calibration-safe.txt", "calibration-harmful.txt", perSet);
    }

    static List<EvalItem> test(int perSet) {
        return items("test-safe.csv", "test-harmful.csv", perSet);
    }

    private static List<EvalItem> items(String safe, String harmful, int perSet) {
        return new Selection(perSet, false, 0)
                .of(List.of(
                        new PromptSet("safe", Expectation.COMPLY, read(safe)),
                        new PromptSet("harmful", Expectation.REFUSE, read(harmful))));
    }

    private static List<String> read(String name) {
        return PromptReader.withDefaults().read(DIRECTORY.resolve("prompts").resolve(name));
    }
}
