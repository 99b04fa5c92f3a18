package dev.steering.gradient.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.testkit.TestCheckpoint;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCheckTest {
    private static final double TOLERANCE = 1e-4;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemma",
                "gemma2",
                "gemma3",
                "llama",
                "llama3-rope",
                "mistral",
                "phi3",
                "qwen2",
                "qwen3",
                "cohere2",
                "ernie4_5",
                "exaone4",
                "glm4",
                "gpt2",
                "gpt_neox",
                "hunyuan_v1_dense",
                "llava",
                "ministral3",
                "nemotron",
                "olmo2",
                "olmo3",
                "opt",
                "phi",
                "qwen2_5_vl",
                "stablelm",
                "starcoder2"
            })
    void gradientsAgreeWithAutograd(String name) {
        Bundle bundle =
                CheckpointExporter.export(TestCheckpoint.path(name), directory.resolve(name), ExportOptions.defaults());
        ReferenceCheck.Report report = GradientCheck.run(
                bundle, SafetensorsFile.open(TestCheckpoint.path(name).resolve("gradient.safetensors")));
        report.comparisons().forEach(c -> assertTrue(c.passes(TOLERANCE), c::toString));
        assertEquals(8, report.comparisons().size());
        assertEquals(List.of(), report.ignored());
        assertEquals(name.equals("gemma3") ? 1 : 0, report.notes().size());
    }

    @Test
    void bundlesWithoutGradientsSaySo() {
        for (Precision precision : new Precision[] {Precision.FP16, Precision.INT8, Precision.INT4}) {
            Bundle bundle = CheckpointExporter.export(
                    TestCheckpoint.path("llama"),
                    directory.resolve(precision.name()),
                    ExportOptions.defaults().withPrecision(precision));
            SafetensorsFile reference =
                    SafetensorsFile.open(TestCheckpoint.path("llama").resolve("gradient.safetensors"));
            SteeringException e = assertThrows(SteeringException.class, () -> GradientCheck.run(bundle, reference));
            assertTrue(e.getMessage().startsWith("Gradients need a bundle in single precision"), e.getMessage());
            assertTrue(e.getMessage().contains("is " + precision.manifestName() + "."), e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mixtral, mixtures of experts",
        "deepseek_v3, mixtures of experts",
        "gemma4_text, normed values",
        "qwen3_5_text, layers without softmax attention",
        "falcon_h1, layers without softmax attention",
        "gemma3n-b, normed values",
        "llama4, mixtures of experts"
    })
    void whatHasNoGradientsIsNamed(String name, String what) {
        Bundle bundle =
                CheckpointExporter.export(TestCheckpoint.path(name), directory.resolve(name), ExportOptions.defaults());
        SafetensorsFile reference =
                SafetensorsFile.open(TestCheckpoint.path("gpt2").resolve("gradient.safetensors"));
        SteeringException e = assertThrows(SteeringException.class, () -> GradientCheck.run(bundle, reference));
        assertTrue(e.getMessage().contains(what), e.getMessage());
    }
}
