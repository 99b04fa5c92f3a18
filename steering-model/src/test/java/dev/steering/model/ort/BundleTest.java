package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about damaged bundles. */
class BundleTest {
    @TempDir
    private Path directory;

    private Path bundle;

    @BeforeEach
    void export() {
        TestModel.open(directory).close();
        bundle = directory.resolve("bundle");
    }

    @Test
    void theManifestSurvivesReadingAndWriting() throws IOException {
        String text = Files.readString(bundle.resolve("steering.json"));
        assertEquals(text, Bundle.toJson(Bundle.open(bundle).manifest()));
    }

    @Test
    void aMissingManifest() throws IOException {
        Files.delete(bundle.resolve("steering.json"));
        assertRefused("is not a model bundle: it has no steering.json");
    }

    @Test
    void aMissingDirectory() {
        bundle = directory.resolve("nowhere");
        assertRefused("there is no such directory");
    }

    @Test
    void aNewerFormat() throws IOException {
        edit("\"format_version\" : 2", "\"format_version\" : 3");
        assertRefused("has format_version 3, this version reads 2");
    }

    @Test
    void aManifestThatIsNotJson() throws IOException {
        edit("\"format_version\"", "format_version");
        assertRefused("is damaged");
    }

    @Test
    void aManifestWithoutALayerCount() throws IOException {
        edit("\"layers\"", "\"Layers\"");
        assertRefused("is damaged");
    }

    @Test
    void aMissingGraph() throws IOException {
        Files.delete(bundle.resolve("model-projection.onnx"));
        assertRefused("lacks model-projection.onnx");
    }

    @Test
    void aTruncatedGraph() throws IOException {
        Path graph = bundle.resolve("model.onnx");
        byte[] bytes = Files.readAllBytes(graph);
        Files.write(graph, Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused("ONNX Runtime cannot load " + graph);
    }

    @Test
    void missingWeights() throws IOException {
        Files.delete(bundle.resolve("model.safetensors"));
        assertRefused("ONNX Runtime cannot load");
    }

    @Test
    void aGraphOutsideTheBundle() throws IOException {
        edit("\"graph\" : \"model.onnx\"", "\"graph\" : \"../model.onnx\"");
        Files.copy(bundle.resolve("model.onnx"), directory.resolve("model.onnx"));
        assertRefused("names a file outside: '../model.onnx'");
    }

    private void edit(String from, String to) throws IOException {
        Path manifest = bundle.resolve("steering.json");
        String text = Files.readString(manifest);
        assertTrue(text.contains(from), text);
        Files.writeString(manifest, text.replace(from, to));
    }

    private void assertRefused(String message) {
        SteeringException e = assertThrows(SteeringException.class, () -> LanguageModel.open(bundle));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
