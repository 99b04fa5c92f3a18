package dev.steering.export.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.Precision;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.quantization.Quantization;
import dev.steering.model.ort.LanguageModel;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** References: logits of PEFT 0.21 with the adapter on the toy Llama, whose ranks and factors differ from module to module. */
class LoraAdapterTest {
    private static final Path ADAPTERS = Path.of("src/test/resources/adapters");

    @TempDir
    private Path directory;

    private Bundle export(Path adapter, Precision precision) {
        return CheckpointExporter.export(
                TestCheckpoint.path("llama"),
                directory.resolve("bundle"),
                ExportOptions.defaults().withPrecision(precision).withAdapter(adapter));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora", "rank-stabilised"})
    void mergedLogitsAreThoseOfPeft(String name) {
        Path adapter = ADAPTERS.resolve(name);
        Bundle bundle = export(adapter, Precision.FP32);
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            ReferenceCheck.Report report =
                    ReferenceCheck.run(model, SafetensorsFile.open(adapter.resolve("reference.safetensors")));
            assertTrue(report.passes(1e-4), () -> report.comparisons().toString());
            assertFalse(report.comparisons().isEmpty());
        }
    }

    /** A bundle is a checkpoint too, and what was merged is a part of it. */
    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "FP16"})
    void aMergedBundleExportedAgainIsTheMergedModel(Precision precision) {
        Bundle merged = export(ADAPTERS.resolve("lora"), precision);
        Bundle again = CheckpointExporter.export(
                merged.directory(),
                directory.resolve("again"),
                ExportOptions.defaults().withPrecision(Precision.FP32));
        assertEquals(merged.manifest().fingerprint(), again.manifest().fingerprint());
        try (LanguageModel model = LanguageModel.open(again.directory())) {
            SafetensorsFile expected =
                    SafetensorsFile.open(ADAPTERS.resolve("lora").resolve("reference.safetensors"));
            assertTrue(ReferenceCheck.run(model, expected).passes(1e-4));
        }
    }

    @Test
    void aSecondAdapterIsNotMergedOnTopOfAnother() {
        Bundle merged = export(ADAPTERS.resolve("lora"), Precision.FP32);
        ExportOptions options = ExportOptions.defaults().withAdapter(ADAPTERS.resolve("rank-stabilised"));
        Path again = directory.resolve("again");
        SteeringException e = assertThrows(
                SteeringException.class, () -> CheckpointExporter.export(merged.directory(), again, options));
        assertTrue(e.getMessage().contains("already (adapter-merged.safetensors)"), e.getMessage());
        assertFalse(Files.exists(again));
    }

    @Test
    void vectorsOfTheMergedModelDoNotFitTheBase() {
        Bundle base = CheckpointExporter.export(
                TestCheckpoint.path("llama"), directory.resolve("base"), ExportOptions.defaults());
        Bundle merged = export(ADAPTERS.resolve("lora"), Precision.FP32);
        assertNotEquals(base.manifest().fingerprint(), merged.manifest().fingerprint());
    }

    @Test
    void quantisedBundlesRoundTheMergedMatrices() {
        Bundle bundle = CheckpointExporter.export(
                TestCheckpoint.path("llama"),
                directory.resolve("bundle"),
                ExportOptions.defaults()
                        .withQuantization(Quantization.ofBits(8).withExactActivations(true))
                        .withAdapter(ADAPTERS.resolve("lora")));
        assertFalse(Files.exists(bundle.directory().resolve(Checkpoint.MERGED)));
        SafetensorsFile expected = SafetensorsFile.open(ADAPTERS.resolve("lora").resolve("reference.safetensors"));
        Bundle base = CheckpointExporter.export(
                TestCheckpoint.path("llama"), directory.resolve("base"), ExportOptions.defaults());
        double rounded = difference(bundle, expected);
        double without = difference(base, expected);
        assertTrue(rounded > 1e-4 && rounded < without / 2, () -> "difference " + rounded + " of " + without);
    }

    private static double difference(Bundle bundle, SafetensorsFile expected) {
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            return ReferenceCheck.run(model, expected).comparisons().stream()
                    .mapToDouble(c -> c.difference())
                    .max()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "use_dora, true, use_dora is not supported",
        "fan_in_fan_out, true, fan_in_fan_out is not supported",
        "bias, \"all\", bias \"all\" is not supported; supported: none",
        "peft_type, \"IA3\", peft_type \"IA3\" is not supported; supported: LORA",
        "r, 5, says 5: the two do not belong together"
    })
    void whatIsNotExactIsRefused(String key, String value, String message) throws IOException {
        Path adapter = copy();
        Path file = adapter.resolve("adapter_config.json");
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
        config.set(key, new ObjectMapper().readTree(value));
        Files.writeString(file, config.toString());
        SteeringException e = assertThrows(SteeringException.class, () -> export(adapter, Precision.FP32));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertFalse(Files.exists(directory.resolve("bundle")));
    }

    @Test
    void anAdapterOfAnotherModelIsRefused() {
        SteeringException e = assertThrows(
                SteeringException.class,
                () -> CheckpointExporter.export(
                        TestCheckpoint.path("gpt2"),
                        directory.resolve("bundle"),
                        ExportOptions.defaults().withAdapter(ADAPTERS.resolve("lora"))));
        assertTrue(e.getMessage().contains("Is it an adapter of another model?"), e.getMessage());
        SteeringException none =
                assertThrows(SteeringException.class, () -> export(directory.resolve("nothing"), Precision.FP32));
        assertTrue(none.getMessage().startsWith("No LoRA adapter at "), none.getMessage());
    }

    private Path copy() throws IOException {
        Path copy = Files.createDirectories(directory.resolve("adapter"));
        for (String name : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
            Files.copy(ADAPTERS.resolve("lora").resolve(name), copy.resolve(name));
        }
        assertEquals(2, copy.toFile().list().length);
        return copy;
    }
}
