package dev.steering.apply.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.scans.ScansSettings;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The demo model with its golden vector, settings and answers. */
public final class DemoModel {
    public static final int LAYERS = 6;
    public static final int NEW_TOKENS = 40;
    public static final ScansSettings SETTINGS =
            new ScansSettings(List.of(3), List.of(5), 0.75, VectorScale.RAW, 0.9581);

    private static final Path DIRECTORY = Path.of("../examples/demo-model");
    public static final int HIDDEN = 128;

    private DemoModel() {}

    public static ChatModel open(Path directory) {
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(DIRECTORY.resolve("hf"), bundle, ExportOptions.defaults());
        return ChatModel.open(bundle);
    }

    /** Not anchored. */
    public static SteeringVector vector() {
        SafetensorsFile file = SafetensorsFile.open(DIRECTORY.resolve("scans-reference.safetensors"));
        return SteeringVector.of(
                        LayerMatrix.of(LAYERS, HIDDEN, file.floats("mean_difference_raw", LAYERS, HIDDEN)),
                        new Provenance(
                                "", "", "", "mean-difference", "last", "block-output", "add", "chat", 0, Map.of()))
                .withTransitionReference(
                        LayerMatrix.of(LAYERS, HIDDEN, file.floats("transition_reference", LAYERS, HIDDEN)))
                .withStatistics(IntStream.range(0, LAYERS)
                        .mapToObj(l -> new LayerStatistics(l, 1, 1, 1))
                        .toList())
                .withPrompts(ExtractionPrompts.kept(new ContrastSet(List.of(), List.of())));
    }

    /** With the golden settings stored. */
    public static SteeringVector anchoredVector() {
        List<Double> auc = IntStream.range(0, LAYERS).mapToObj(l -> 1.0).toList();
        return vector().withAnchoring(new Anchoring(
                20,
                List.of(),
                List.of(),
                List.of(),
                SETTINGS.steeringLayers(),
                SETTINGS.alpha(),
                SETTINGS.scale(),
                new Calibration("test", 1, 1, SETTINGS.classifierLayers(), SETTINGS.threshold(), 1, 1, 1, auc)));
    }

    /** The golden answers, one object per prompt. */
    public static List<JsonNode> golden() throws IOException {
        List<JsonNode> prompts = new ArrayList<>();
        new ObjectMapper()
                .readTree(Files.readString(DIRECTORY.resolve("scans-reference.json")))
                .path("prompts")
                .forEach(prompts::add);
        return prompts;
    }
}
