package dev.steering.export.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.ort.LanguageModel;
import dev.steering.testkit.TestCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceCheckTest {
    private static final double TOLERANCE = 1e-4;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemma",
                "gemma2",
                "gemma3",
                "gemma3-multimodal",
                "granite",
                "llama",
                "llama3-rope",
                "llama-biases",
                "llama-head20-yarn",
                "llama-head24",
                "llama-head40",
                "mistral",
                "phi3",
                "qwen2",
                "qwen2-window",
                "qwen3",
                "smollm3",
                "cohere2",
                "ernie4_5",
                "exaone4",
                "glm4",
                "gpt2",
                "gpt_neox",
                "hunyuan_v1_dense",
                "llava",
                "ministral3",
                "mistral3",
                "nemotron",
                "olmo2",
                "olmo3",
                "opt",
                "phi",
                "qwen2_5_vl",
                "qwen3_vl",
                "seed_oss",
                "smolvlm",
                "stablelm",
                "starcoder2",
                "mixtral",
                "qwen3_moe",
                "granitemoe",
                "gpt_oss",
                "deepseek_v3",
                "gemma4_text",
                "gemma4_text-ple",
                "qwen3_5_text",
                "apertus-b",
                "gemma4-moe",
                "gemma3n-b",
                "qwen3_next-c",
                "qwen3_5_moe-c",
                "lfm2_moe",
                "granite4",
                "granite4-b",
                "llama4",
                "falcon_h1",
                "falcon_h1-b"
            })
    void everyPathAgreesWithTransformers(String name) {
        ReferenceCheck.Report report = check(name, reference(name));
        report.comparisons().forEach(c -> assertTrue(c.passes(TOLERANCE), c::toString));
        assertTrue(report.passes(TOLERANCE));
        assertEquals(24, report.comparisons().size());
        assertEquals(
                12,
                report.comparisons().stream()
                        .filter(c -> c.kind() == ReferenceComparison.Kind.TOKENS)
                        .count());
        assertEquals(List.of(), report.ignored());
    }

    /** Beginnings of rows that cross the original context are turned otherwise when they are alone: see RotaryTable. */
    @Test
    void longRopeAgreesWithTransformersOnEveryPathThatCanBeCompared() {
        ReferenceCheck.Report report = check("phi3-longrope", reference("phi3-longrope"));
        report.comparisons().forEach(c -> assertTrue(c.passes(TOLERANCE), c::toString));
        assertEquals(22, report.comparisons().size());
        assertEquals(1, report.notes().size());
    }

    /** Large vocabularies make whole logits too large to keep: the last position's tell as much about a greedy choice. */
    @ParameterizedTest
    @CsvSource({"logits, 0", "logits, 1", "last_logits, 0", "last_logits, 1"})
    void logitsOfTheLastPositionsAreEnough(String name, int axes) {
        SafetensorsFile original = SafetensorsFile.open(reference("llama"));
        float[] all = original.floats("logits");
        float[] last = new float[2 * 160];
        for (int row = 0; row < 2; row++) {
            System.arraycopy(all, (row * 21 + 20) * 160, last, row * 160, 160);
        }
        Path file = directory.resolve("last.safetensors");
        long[] shape = axes == 0 ? new long[] {2, 160} : new long[] {2, 1, 160};
        new SafetensorsWriter()
                .longs("input_ids", original.longs("input_ids"), 2, 21)
                .floats(name, last, shape)
                .write(file);
        ReferenceCheck.Report report = check("llama", file);
        assertEquals(4, report.comparisons().size());
        assertTrue(report.passes(TOLERANCE), report.comparisons()::toString);
        last[170] += 0.01f;
        new SafetensorsWriter()
                .longs("input_ids", original.longs("input_ids"), 2, 21)
                .floats(name, last, shape)
                .write(file);
        assertFailures(check("llama", file), name + " (", 4);
    }

    @Test
    void oneChangedLogitFails() {
        Path tampered = tampered((name, values) -> {
            if (name.equals("logits")) {
                values[1234] += 0.01f;
            }
        });
        assertFailures(check("llama", tampered), "logits (", 5);
    }

    @Test
    void oneChangedStateFails() {
        Path tampered = tampered((name, values) -> {
            if (name.equals("hidden_states")) {
                values[77] -= 0.01f;
            }
        });
        assertFailures(check("llama", tampered), "hidden_states (batch)", 1);
    }

    @Test
    void aNumberThatIsNoneFails() {
        Path tampered = tampered((name, values) -> {
            if (name.equals("short_last_logits")) {
                values[0] = Float.NaN;
            }
        });
        assertFailures(check("llama", tampered), "short_last_logits (ragged batch)", 1);
    }

    @Test
    void oneChangedGreedyTokenFails() {
        Path file = directory.resolve("tampered.safetensors");
        SafetensorsFile original = SafetensorsFile.open(reference("llama"));
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.longs("input_ids", original.longs("input_ids"), 2, 21);
        long[] greedy = original.longs("greedy");
        greedy[15] = (greedy[15] + 1) % 160;
        writer.longs("greedy", greedy, 16).write(file);
        ReferenceCheck.Report report = check("llama", file);
        assertFailures(report, "greedy (", 3);
        assertEquals(3, report.comparisons().size());
    }

    @Test
    void unknownTensorsAreReported() {
        Path file = directory.resolve("more.safetensors");
        SafetensorsFile original = SafetensorsFile.open(reference("llama"));
        new SafetensorsWriter()
                .longs("input_ids", original.longs("input_ids"), 2, 21)
                .floats("logits", original.floats("logits"), 2, 21, 160)
                .floats("attention", new float[] {1}, 1)
                .write(file);
        assertEquals(List.of("attention"), check("llama", file).ignored());
    }

    @Test
    void anotherModelsReferenceIsRefused() {
        assertMessage(
                "hidden_states' is [4, 2, 21, 64], which does not fit",
                new SafetensorsWriter()
                        .longs("input_ids", new long[42], 2, 21)
                        .floats("hidden_states", new float[4 * 2 * 21 * 64], 4, 2, 21, 64),
                "llama-biases");
    }

    @Test
    void tokensOutsideTheVocabularyAreRefused() {
        assertMessage(
                "has the token 160; the vocabulary of llama is 0 to 159",
                new SafetensorsWriter().longs("input_ids", new long[] {3, 160}, 1, 2),
                "llama");
    }

    @Test
    void aFileWithoutTokensIsRefused() {
        assertMessage(
                "has no input_ids of shape [rows, tokens]: it is not a reference file",
                new SafetensorsWriter().floats("logits", new float[160], 1, 1, 160),
                "llama");
    }

    @Test
    void aFileWithNothingToCompareIsRefused() {
        assertMessage(
                "has nothing to compare", new SafetensorsWriter().longs("input_ids", new long[] {3, 4}, 1, 2), "llama");
    }

    private void assertMessage(String part, SafetensorsWriter writer, String name) {
        Path file = directory.resolve("other.safetensors");
        writer.write(file);
        SteeringException e = assertThrows(SteeringException.class, () -> check(name, file));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static void assertFailures(ReferenceCheck.Report report, String prefix, long count) {
        assertFalse(report.passes(TOLERANCE));
        List<String> failed = report.comparisons().stream()
                .filter(c -> !c.passes(TOLERANCE))
                .map(ReferenceComparison::name)
                .toList();
        assertEquals(count, failed.size(), failed::toString);
        assertTrue(failed.stream().allMatch(name -> name.startsWith(prefix)), failed::toString);
    }

    private Path tampered(BiConsumer<String, float[]> change) {
        SafetensorsFile original = SafetensorsFile.open(reference("llama"));
        SafetensorsWriter writer = new SafetensorsWriter();
        original.tensors().forEach((name, info) -> {
            long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
            if (info.dtype() == DType.I64) {
                writer.longs(name, original.longs(name), shape);
            } else {
                float[] values = original.floats(name);
                change.accept(name, values);
                writer.floats(name, values, shape);
            }
        });
        Path file = directory.resolve("tampered.safetensors");
        writer.write(file);
        return file;
    }

    private ReferenceCheck.Report check(String name, Path reference) {
        Path bundle = directory.resolve(name);
        CheckpointExporter.export(TestCheckpoint.path(name), bundle, ExportOptions.defaults());
        try (LanguageModel model = LanguageModel.open(bundle)) {
            return ReferenceCheck.run(model, SafetensorsFile.open(reference));
        }
    }

    private static Path reference(String name) {
        return TestCheckpoint.path(name).resolve("reference.safetensors");
    }
}
