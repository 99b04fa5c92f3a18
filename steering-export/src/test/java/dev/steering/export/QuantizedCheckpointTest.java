package dev.steering.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.quantization.BlockScales;
import dev.steering.export.quantization.Quantization;
import dev.steering.model.ort.LanguageModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints of integers and narrow floats, packed by {@code make_quantised.py} as their formats are described. References:
 * transformers with the numbers that the integers stand for, and these numbers.
 */
class QuantizedCheckpointTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/quantised");
    private static final ExportOptions EXACT =
            ExportOptions.defaults().withStoredIntegers(StoredIntegers.KEPT_WITH_EXACT_ACTIVATIONS);

    @TempDir
    private Path directory;

    private Bundle export(Path checkpoint, ExportOptions options) {
        return CheckpointExporter.export(checkpoint, directory.resolve("bundle"), options);
    }

    private static void assertAgrees(Bundle bundle, String name, double tolerance) {
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            ReferenceCheck.Report report = ReferenceCheck.run(
                    model, SafetensorsFile.open(CHECKPOINTS.resolve(name).resolve("reference.safetensors")));
            report.comparisons().forEach(c -> assertTrue(c.passes(tolerance), c::toString));
            assertEquals(24, report.comparisons().size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gptq, 4, 32, false",
        "gptq-v2, 8, 128, false",
        "gptq-order, 4, 32, false",
        "awq, 4, 64, false",
        "packed-int4, 4, 64, false",
        "packed-order, 4, 32, false",
        "packed-int8, 8, 128, true",
        "int8, 8, 128, true"
    })
    void integersStayAsTheyAre(String name, int bits, int block, boolean symmetric) {
        Bundle bundle = export(CHECKPOINTS.resolve(name), EXACT);
        assertEquals("int" + bits, bundle.manifest().dtype());
        SafetensorsFile written = SafetensorsFile.open(bundle.directory().resolve("weights.safetensors"));
        SafetensorsFile expected =
                SafetensorsFile.open(CHECKPOINTS.resolve(name).resolve("dequantised.safetensors"));
        assertEquals(1, expected.tensors().size());
        expected.tensors().forEach((matrix, tensor) -> {
            int columns = Math.toIntExact(tensor.size(1));
            // Rows of one group may be shorter than the block of longer ones.
            int size = Math.min(block, columns);
            Quantization how = new Quantization(bits, size, symmetric, BlockScales.RANGE, true, 0, size);
            float[] inOrder = Dequantizer.read(written, matrix, columns, how);
            assertEquals(name.endsWith("-order"), written.tensors().containsKey(matrix + ".order"));
            if (name.endsWith("-order")) {
                long[] inputs = written.longs(matrix + ".order", columns);
                float[] stored = inOrder.clone();
                for (int i = 0; i < stored.length; i++) {
                    inOrder[i / columns * columns + (int) inputs[i % columns]] = stored[i];
                }
            }
            assertArrayEquals(expected.floats(matrix), inOrder, matrix);
        });
        assertAgrees(bundle, name, 1e-4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gptq",
                "gptq-v2",
                "gptq-order",
                "awq",
                "packed-int4",
                "packed-order",
                "packed-int8",
                "int8",
                "fp8",
                "float8",
                "mxfp4"
            })
    void theNumbersThatTheyStandForCanBeWrittenOut(String name) {
        Bundle bundle =
                export(CHECKPOINTS.resolve(name), ExportOptions.defaults().withPrecision(Precision.FP32));
        assertEquals("f32", bundle.manifest().dtype());
        SafetensorsFile expected =
                SafetensorsFile.open(CHECKPOINTS.resolve(name).resolve("dequantised.safetensors"));
        Checkpoint written = Checkpoint.open(bundle.directory());
        assertFalse(expected.tensors().isEmpty());
        expected.tensors()
                .keySet()
                .forEach(matrix -> assertArrayEquals(
                        expected.floats(matrix), written.open(matrix).floats(matrix), matrix));
        assertAgrees(bundle, name, 1e-4);
        // Gradients and the like read the bundle's weights again.
        assertEquals(2, ExportedDecoder.open(bundle, "Tests").spec().layers().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gptq", "awq", "int8"})
    void roundedActivationsAreNear(String name) {
        Bundle bundle = export(CHECKPOINTS.resolve(name), ExportOptions.defaults());
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            ReferenceCheck.Report report = ReferenceCheck.run(
                    model, SafetensorsFile.open(CHECKPOINTS.resolve(name).resolve("reference.safetensors")));
            assertTrue(report.passes(0.15), () -> report.comparisons().toString());
            assertFalse(report.passes(1e-4));
        }
    }

    @Test
    void vectorsFitEveryPrecisionOfACheckpoint() {
        Bundle kept = export(CHECKPOINTS.resolve("gptq"), EXACT);
        Bundle wide = CheckpointExporter.export(
                CHECKPOINTS.resolve("gptq"),
                directory.resolve("wide"),
                ExportOptions.defaults().withPrecision(Precision.FP32));
        assertEquals(kept.manifest().fingerprint(), wide.manifest().fingerprint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp8", "float8"})
    void narrowFloatsMayBeRounded(String name) {
        Bundle bundle = export(
                CHECKPOINTS.resolve(name),
                ExportOptions.defaults().withQuantization(Quantization.ofBits(8).withExactActivations(true)));
        assertEquals("int8", bundle.manifest().dtype());
        assertFalse(Files.exists(bundle.directory().resolve("model.safetensors")));
        Bundle wide = CheckpointExporter.export(
                CHECKPOINTS.resolve(name), directory.resolve("wide"), ExportOptions.defaults());
        assertEquals(wide.manifest().fingerprint(), bundle.manifest().fingerprint());
        assertAgrees(bundle, name, 0.15);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gptq | {\"bits\": 3} | bits 3 is not supported; supported: 4, 8",
                "gptq | {\"checkpoint_format\": \"marlin\"} | checkpoint_format \"marlin\" is not supported",
                "gptq | {\"group_size\": 40} | group_size 40 is not supported; supported: multiples of 16, -1",
                "gptq | {\"group_size\": 64} | ",
                "gptq | {\"dynamic\": {\"-:.*\": {}}} | dynamic, which gives modules settings of their own",
                "gptq | {\"quant_method\": \"bitsandbytes\"} | the weights are quantised (bitsandbytes, 4 bits",
                "gptq | {\"quant_method\": \"awq\"} | ",
                "awq | {\"version\": null, \"format\": \"gemv\"} | format \"gemv\" is not supported; supported: gemm",
                "awq | {\"backend\": \"llm-awq\"} | backend \"llm-awq\" is not supported; supported: gemm",
                "awq | {\"version\": \"gemv\"} | version \"gemv\" is not supported; supported: gemm",
                "awq | {\"zero_point\": false} | zero_point false is not supported",
                "packed-int4 | {\"format\": \"nvfp4-pack-quantized\"} | format \"nvfp4-pack-quantized\" is not supported",
                "packed-int4 | {\"kv_cache_scheme\": {\"num_bits\": 8}} | kv_cache_scheme is not supported",
                "packed-int4 | {\"sparsity_config\": {\"format\": \"sparse-24-bitmask\"}} | sparsity_config is not supported",
                "fp8 | {\"weight_block_size\": [64, 64]} | expected a scale for all of",
                "fp8 | {\"weight_block_size\": null} | expected a scale for all of",
                "fp8 | {\"weight_block_size\": [0.5, 48]} | expected a scale for all of"
            })
    void whatIsNotReadIsRefusedByItsKey(String name, String changes, String message) throws IOException {
        Path changed = changed(name, changes);
        SteeringException error = assertThrows(SteeringException.class, () -> export(changed, EXACT));
        assertTrue(
                String.valueOf(error.getMessage()).contains(message == null ? "tensor '" : message), error::getMessage);
        assertFalse(Files.exists(directory.resolve("bundle")));
    }

    private Path changed(String name, String changes) throws IOException {
        Path copy = Files.createDirectories(directory.resolve("changed"));
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode)
                json.readTree(CHECKPOINTS.resolve(name).resolve("config.json").toFile());
        ((ObjectNode) config.path("quantization_config")).setAll((ObjectNode) json.readTree(changes));
        Files.writeString(copy.resolve("config.json"), config.toString());
        Files.copy(CHECKPOINTS.resolve(name).resolve("model.safetensors"), copy.resolve("model.safetensors"));
        return copy;
    }

    @ParameterizedTest
    @CsvSource({
        "gptq, model.layers.0.mlp.down_proj.scales",
        "gptq, model.layers.1.self_attn.k_proj.qzeros",
        "gptq-v2, model.layers.1.self_attn.k_proj.g_idx",
        "awq, model.layers.0.mlp.down_proj.scales",
        "packed-int4, model.layers.0.mlp.down_proj.weight_scale",
        "packed-int4, model.layers.0.mlp.down_proj.weight_zero_point",
        "packed-int8, model.layers.0.mlp.down_proj.weight_shape",
        "int8, model.layers.0.mlp.down_proj.weight_scale",
        "fp8, model.layers.0.mlp.down_proj.weight_scale_inv",
        "float8, model.layers.0.mlp.down_proj.weight_scale",
        "mxfp4, model.layers.0.mlp.experts.down_proj_scales"
    })
    void aMissingPartIsNamed(String name, String part) throws IOException {
        Path copy = changed(name, "{}");
        Path file = copy.resolve("model.safetensors");
        // Another name of the same length, in the header.
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        String renamed = bytes.replace('"' + part + '"', '"' + part.replace(".layers.", ".lay3rs.") + '"');
        assertFalse(bytes.equals(renamed));
        Files.writeString(file, renamed, StandardCharsets.ISO_8859_1);
        SteeringException error = assertThrows(SteeringException.class, () -> export(copy, ExportOptions.defaults()));
        assertTrue(String.valueOf(error.getMessage()).contains(part), error::getMessage);
        assertFalse(Files.exists(directory.resolve("bundle")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gptq-order | g_idx | 99 | puts input 40 into group 99, expected 0 to 3",
                "gptq-order | g_idx | -1 | puts input 40 into group -1, expected 0 to 3",
                "gptq-order | g_idx | | inputs into group",
                "packed-order | weight_g_idx | 4 | puts input 40 into group 4, expected 0 to 3",
                "packed-order | weight_g_idx | | inputs into group"
            })
    void groupsThatAreNoneAreRefused(String name, String part, @Nullable Integer group, String message)
            throws IOException {
        Path copy = changed(name, "{}");
        String order = "model.layers.1.mlp.down_proj." + part;
        rewrite(name, copy, order, values -> {
            // Without a number: one group has an input too many.
            values[40] = group == null ? (values[40] + 1) % 4 : group;
            return DType.I32;
        });
        SteeringException error = assertThrows(SteeringException.class, () -> export(copy, EXACT));
        assertTrue(String.valueOf(error.getMessage()).contains(message), error::getMessage);
        assertTrue(String.valueOf(error.getMessage()).contains(order), error::getMessage);
        assertFalse(Files.exists(directory.resolve("bundle")));
    }

    /** Writes a checkpoint's weights again with another content of a tensor of integers. */
    private static void rewrite(String name, Path copy, String changed, Function<long[], DType> change) {
        SafetensorsFile old = SafetensorsFile.open(CHECKPOINTS.resolve(name).resolve("model.safetensors"));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String tensor : old.tensors().keySet()) {
            long[] shape = old.tensor(tensor).shape().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            if (old.tensor(tensor).dtype().isFloat()) {
                writer.floats(tensor, old.floats(tensor), shape);
                continue;
            }
            long[] values = old.longs(tensor);
            DType type = tensor.equals(changed)
                    ? change.apply(values)
                    : old.tensor(tensor).dtype();
            ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            Arrays.stream(values).forEach(value -> {
                if (type == DType.I64) {
                    bytes.putLong(value);
                } else {
                    bytes.putInt((int) value);
                }
            });
            writer.bytes(tensor, type, bytes.array(), shape);
        }
        try {
            Files.delete(copy.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writer.write(copy.resolve("model.safetensors"));
    }

    @ParameterizedTest
    @CsvSource({
        "gptq, model.layers.0.mlp.down_proj.qweight",
        "gptq, model.layers.0.mlp.down_proj.qzeros",
        "packed-int4, model.layers.0.mlp.down_proj.weight_packed",
        "packed-order, model.layers.0.mlp.down_proj.weight_zero_point"
    })
    void integersOfAnotherTypeAreRefused(String name, String part) throws IOException {
        Path copy = changed(name, "{}");
        rewrite(name, copy, part, values -> DType.I64);
        SteeringException error = assertThrows(SteeringException.class, () -> export(copy, EXACT));
        assertTrue(String.valueOf(error.getMessage()).contains("'" + part + "' is I64"), error::getMessage);
        assertFalse(Files.exists(directory.resolve("bundle")));
    }

    @Test
    void olderQuantisersWriteAFileOfTheirOwn() throws IOException {
        Path copy = changed("awq", "{}");
        ObjectMapper json = new ObjectMapper();
        ObjectNode config =
                (ObjectNode) json.readTree(copy.resolve("config.json").toFile());
        config.remove("quantization_config");
        Files.writeString(copy.resolve("config.json"), config.toString());
        SteeringException error = assertThrows(SteeringException.class, () -> export(copy, EXACT));
        assertTrue(
                String.valueOf(error.getMessage()).contains("neither quant_config.json nor quantize_config.json"),
                error::getMessage);
        Files.writeString(
                copy.resolve("quant_config.json"),
                "{\"zero_point\": true, \"q_group_size\": 64, \"w_bit\": 4, \"version\": \"GEMM\"}");
        assertAgrees(export(copy, EXACT), "awq", 1e-4);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void integersAreNotRoundedAgain(int bits) {
        SteeringException error = assertThrows(
                SteeringException.class,
                () -> export(
                        CHECKPOINTS.resolve("gptq"),
                        ExportOptions.defaults().withQuantization(Quantization.ofBits(bits))));
        assertTrue(String.valueOf(error.getMessage()).contains("integers of 4 bits already"), error::getMessage);
    }

    @Test
    void exactActivationsNeedIntegers() {
        SteeringException error =
                assertThrows(SteeringException.class, () -> export(CHECKPOINTS.resolve("fp8"), EXACT));
        assertTrue(String.valueOf(error.getMessage()).contains("belong to weights that are integers"));
    }
}
