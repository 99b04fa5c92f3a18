package dev.steering.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.ContrastSet;
import dev.steering.model.chat.ChatModel;
import dev.steering.testkit.FixtureBundle;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The demo model of the examples, opened once for all tests, with its anchors and reference values. */
public final class DemoModel {
    private static final Path HOME = Fixtures.demoModel();
    private static final ChatModel MODEL = open();

    private DemoModel() {}

    private static ChatModel open() {
        return ChatModel.open(FixtureBundle.DEMO.unpack(Path.of("target", "demo-bundle")));
    }

    public static ChatModel model() {
        return MODEL;
    }

    public static ContrastSet anchors() {
        return ContrastSets.of(lines("anchors-harmful.txt"), lines("anchors-harmless.txt"));
    }

    public static ContrastSet calibration() {
        return ContrastSets.of(lines("calibration-harmful.txt"), lines("calibration-safe.txt"));
    }

    public static SafetensorsFile referenceTensors() {
        return SafetensorsFile.open(HOME.resolve("scans-reference.safetensors"));
    }

    public static JsonNode reference() {
        try {
            return new ObjectMapper()
                    .readTree(HOME.resolve("scans-reference.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(HOME.resolve("prompts").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The largest difference, relative to the largest expected value. */
    public static double relativeError(float[] actual, float[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
            size = Math.max(size, Math.abs(expected[i]));
        }
        return difference / size;
    }
}
