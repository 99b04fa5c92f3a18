package dev.steering.export.instrument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.check.ReferenceComparison;
import dev.steering.model.ort.LanguageModel;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every export of the test resources against activations that others computed: see their README. */
class InstrumenterTest {
    static final Path EXPORTS = Fixtures.path("onnx-exports");

    @TempDir
    private Path directory;

    static List<String> exports() throws IOException {
        try (Stream<Path> files = Files.list(EXPORTS)) {
            return files.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("exports")
    void agreesWithTheReference(String name) {
        Instrumenter.Result result = instrument(EXPORTS.resolve(name).resolve("model.onnx"));
        SafetensorsFile reference = SafetensorsFile.open(EXPORTS.resolve(name).resolve("reference.safetensors"));
        assertEquals(reference.tensor("hidden_states").size(0), result.points().size());
        check(name, result.bundle());
    }

    @ParameterizedTest
    @MethodSource("exports")
    void agreesWithTheReferenceWhateverTheNames(String name) throws IOException {
        Path renamed = Renamed.copy(EXPORTS.resolve(name).resolve("model.onnx"), directory.resolve("renamed"));
        check(name, instrument(renamed).bundle());
    }

    /** 1e-4 in single precision; 5e-2 relative where rounding depends on what is computed together. */
    private static void check(String name, Bundle bundle) {
        double tolerance = bundle.manifest().dtype().equals("f32") ? 1e-4 : 5e-2;
        SafetensorsFile reference = SafetensorsFile.open(EXPORTS.resolve(name).resolve("reference.safetensors"));
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            ReferenceCheck.Report report = ReferenceCheck.run(model, reference);
            assertTrue(report.comparisons().size() >= 4);
            for (ReferenceComparison comparison : report.comparisons()) {
                assertTrue(comparison.passes(tolerance), () -> name + ": " + comparison);
            }
        }
    }

    @Test
    void readsHowEveryExporterWantsToBeFed() {
        assertSignature("opt-llama", CacheMode.GROWING, Padding.LEFT, "f32");
        assertSignature("opt-llama_nopast", CacheMode.NONE, Padding.LEFT, "f32");
        assertSignature("genai-llama_int4_cpu", CacheMode.IN_PLACE, Padding.RIGHT, "int4");
        assertSignature("genai-llama_fp16_cuda", CacheMode.IN_PLACE, Padding.RIGHT, "f16");
        assertSignature("var-llama_q8", CacheMode.GROWING, Padding.LEFT, "int8 dynamic");
    }

    private void assertSignature(String name, CacheMode cache, Padding padding, String dtype) {
        BundleManifest manifest =
                instrument(EXPORTS.resolve(name).resolve("model.onnx")).bundle().manifest();
        assertEquals(cache, manifest.signature().cache().mode(), name);
        assertEquals(padding, manifest.signature().padding(), name);
        assertEquals(dtype, manifest.dtype(), name);
    }

    private Instrumenter.Result instrument(Path model) {
        return Instrumenter.instrument(model, directory.resolve("bundle"), InstrumentOptions.defaults());
    }
}
