package dev.steering.export.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.format.GgufHeader;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.ExportedDecoder;
import dev.steering.export.Precision;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.quantization.Quantization;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.tokenizer.Tokenizer;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * GGUF files that the gguf package wrote ({@code make_gguf.py}). References: transformers with the numbers that gguf's own
 * dequantisation gives, and the tokenizers that the vocabularies are of.
 */
class GgufModelTest {
    private static final Path FILES = Fixtures.path("gguf");
    private static final List<String> TEXTS = List.of(
            "Hello world",
            "  two  spaces and a tab\t",
            "a\n\nb\r\nc 1234567 89",
            "don't we'll I'M naïve — “quotes” 你好 😀",
            "def f(x):\n    return x**2",
            "<s>hi</s> there<s> x",
            "\u2581x \u2581",
            "");

    @TempDir
    private Path directory;

    private Bundle export(Path file, ExportOptions options) {
        return CheckpointExporter.export(file, directory.resolve("bundle"), options);
    }

    @Test
    void everyTypeIsUnpackedAsItsOwnLibraryDoes() throws IOException {
        Path file = FILES.resolve("types.gguf");
        SafetensorsFile expected = SafetensorsFile.open(FILES.resolve("types.safetensors"));
        GgufHeader header = GgufHeader.read(file);
        assertEquals(GgufType.values().length, header.tensors().size());
        for (GgufHeader.Tensor tensor : header.tensors()) {
            GgufTensor read = new GgufTensor(file, tensor, Files.size(file), 0, false);
            Path out = directory.resolve(tensor.name());
            try (FileChannel channel = FileChannel.open(out, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                read.widen(channel);
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
            DType type = GgufType.valueOf(tensor.name()).holds();
            float[] values = new float[bytes.limit() / type.bytes()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) type.next(bytes);
            }
            assertArrayEquals(expected.floats(tensor.name(), 2, 512), values, tensor.name());
        }
    }

    @ParameterizedTest
    @CsvSource({"llama, 1", "llama3, 2", "qwen2, 2", "qwen3, 2", "gemma2, 2", "gemma3, 7"})
    void modelsComputeWhatTheirNumbersStandFor(String name, int layers) throws IOException {
        Bundle bundle = export(FILES.resolve(name + ".gguf"), ExportOptions.defaults());
        assertEquals("f32", bundle.manifest().dtype());
        assertEquals(name, bundle.manifest().name());
        assertEquals(layers, bundle.manifest().layers());
        try (LanguageModel model = LanguageModel.open(bundle.directory())) {
            ReferenceCheck.Report report =
                    ReferenceCheck.run(model, SafetensorsFile.open(FILES.resolve(name + ".safetensors")));
            report.comparisons().forEach(c -> assertTrue(c.passes(1e-4), c::toString));
            assertTrue(report.comparisons().size() > 12);
        }
        // Gradients and the like read the bundle's weights again.
        assertEquals(
                layers, ExportedDecoder.open(bundle, "Tests").spec().layers().size());
        assertTrue(Files.readString(bundle.directory().resolve("tokenizer_config.json"))
                .contains("m['role']"));
    }

    @Test
    void otherPrecisionsAreOfTheSameModel() {
        Path file = FILES.resolve("llama.gguf");
        String fingerprint = export(file, ExportOptions.defaults()).manifest().fingerprint();
        Bundle rounded = CheckpointExporter.export(
                file,
                directory.resolve("int8"),
                ExportOptions.defaults().withQuantization(Quantization.ofBits(8).withExactActivations(true)));
        assertEquals(fingerprint, rounded.manifest().fingerprint());
        assertFalse(Files.exists(rounded.directory().resolve("model.safetensors")));
        Bundle half = CheckpointExporter.export(
                file, directory.resolve("half"), ExportOptions.defaults().withPrecision(Precision.FP16));
        assertEquals(fingerprint, half.manifest().fingerprint());
        for (Bundle bundle : List.of(rounded, half)) {
            try (LanguageModel model = LanguageModel.open(bundle.directory())) {
                assertTrue(ReferenceCheck.run(model, SafetensorsFile.open(FILES.resolve("llama.safetensors")))
                        .passes(0.1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"llama3, byte-level", "llama, prepend"})
    void theTokenizerIsTheOneThatItWas(String name, String original) {
        Bundle bundle = export(FILES.resolve(name + ".gguf"), ExportOptions.defaults());
        try (Tokenizer rebuilt = Tokenizer.open(bundle.directory().resolve("tokenizer.json"));
                Tokenizer expected = Tokenizer.open(Fixtures.path("tokenizers/" + original + "/tokenizer.json"))) {
            for (String text : TEXTS) {
                for (boolean special : new boolean[] {true, false}) {
                    int[] tokens = expected.encode(text, special);
                    assertArrayEquals(tokens, rebuilt.encode(text, special), text);
                    assertEquals(expected.decode(tokens, special), rebuilt.decode(tokens, special));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "qwen3"})
    void textsAreDividedAsTransformersDivides(String name) throws IOException {
        Bundle bundle = export(FILES.resolve(name + ".gguf"), ExportOptions.defaults());
        JsonNode expected = new ObjectMapper()
                .readTree(FILES.resolve("tokens.json").toFile())
                .path(name);
        assertEquals(6, expected.size());
        try (Tokenizer tokenizer = Tokenizer.open(bundle.directory().resolve("tokenizer.json"))) {
            expected.properties().forEach(entry -> {
                int[] tokens = StreamSupport.stream(entry.getValue().spliterator(), false)
                        .mapToInt(JsonNode::asInt)
                        .toArray();
                assertArrayEquals(tokens, tokenizer.encode(entry.getKey(), false), entry.getKey());
            });
        }
    }

    @Test
    void aSmallWholeFileIsRead() throws IOException {
        Bundle bundle = export(GgufWords.llama().write(directory.resolve("a.gguf")), ExportOptions.defaults());
        assertEquals("a.gguf", bundle.manifest().name());
        assertEquals(List.of(4), bundle.manifest().endTokens());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "general.architecture | phi3 | architecture 'phi3', which is not read from GGUF; read: llama, qwen2",
                "general.architecture | | architecture ''",
                "general.type | adapter | of the type 'adapter', expected a model",
                "split.count | 3 | is one of 3 parts of a model. Join them first",
                "llama.expert_count | 8 | llama.expert_count is 8, expected none: mixtures are not read",
                "llama.attention.sliding_window | 64 | metadata llama.attention.sliding_window is not supported",
                "llama.rope.dimension_count | 8 | llama.rope.dimension_count is 8, expected the size of a head, 16",
                "llama.rope.scaling.type | yarn | llama.rope.scaling.type is yarn, expected none, linear",
                "llama.attention.value_length | 8 | ",
                "llama.block_count | 0 | llama.block_count is 0, expected a positive whole number",
                "llama.block_count | 2 | has no tensor 'model.layers.1.",
                "llama.embedding_length | 64 | hidden_size is 64, but the checkpoint's weights have 32",
                "llama.context_length | | llama.context_length is nothing, expected",
                "llama.attention.layer_norm_rms_epsilon | | llama.attention.layer_norm_rms_epsilon is nothing",
                "tokenizer.ggml.model | bert | tokenizer of the kind 'bert', which is not read from GGUF; read: gpt2, llama",
                "tokenizer.ggml.model | llama | tokenizer.ggml.scores has 0 entries",
                "tokenizer.ggml.pre | chatglm-bpe | divides texts into words as 'chatglm-bpe' does",
                "tokenizer.ggml.tokens | | has no tokenizer.ggml.tokens",
                "tokenizer.ggml.merges | | has no tokenizer.ggml.merges",
                "tokenizer.ggml.bos_token_id | 5 | tokenizer.ggml.bos_token_id is 5, but there are 5 tokens"
            })
    void whatIsNotReadIsRefusedByItsKey(String key, String value, String message) throws IOException {
        boolean number = value != null && value.chars().allMatch(Character::isDigit);
        Object said = number ? (Object) Integer.valueOf(value) : value;
        GgufWords words = GgufWords.llama().say(key, said);
        if ("llama".equals(value)) {
            words.say("tokenizer.ggml.merges", null);
        }
        if (key.endsWith("value_length")) {
            words.say("llama.attention.key_length", 16);
        }
        assertRefused(words, message == null ? "expected that of attention.key_length, 16" : message);
    }

    private void assertRefused(GgufWords words, String message) throws IOException {
        Path file = words.write(directory.resolve("changed.gguf"));
        SteeringException error = assertThrows(SteeringException.class, () -> export(file, ExportOptions.defaults()));
        assertTrue(String.valueOf(error.getMessage()).contains(message), error::getMessage);
        assertFalse(Files.exists(directory.resolve("bundle")));
    }

    @Test
    void tensorsThatDoNotFitAreRefused() throws IOException {
        assertRefused(
                GgufWords.llama().tensor("blk.0.attn_q.weight", 32, 16), "'model.layers.0.self_attn.q_proj.weight'");
        assertRefused(GgufWords.llama().tensor("blk.0.attn_k.weight", 1, 32), "has 1 rows, expected an even number");
        assertRefused(GgufWords.llama().tensor("blk.0.ssm_a.weight", 32), "first 'blk.0.ssm_a.weight'");
        assertRefused(GgufWords.llama().without("token_embd.weight"), "has no matrix 'token_embd.weight'");
        assertRefused(
                GgufWords.llama().without("blk.0.ffn_up.weight"), "has no tensor 'model.layers.0.mlp.up_proj.weight'");
        assertRefused(GgufWords.llama().tensor("rope_freqs.weight", 8), "are not those of Llama 3's scaling");
        assertRefused(GgufWords.llama().tensor("direction.1", 32), "is a control vector, not a model");
        assertRefused(GgufWords.llama().type(10), "is of ggml's type number 10, which is not read; read: F32, F16");
        assertRefused(GgufWords.llama().type(12), "expected rows of a multiple of 256 for Q4_K");
        assertRefused(GgufWords.llama().shorter(64), "ends within its tensor");
    }

    @Test
    void tokensAndMergesThatAreNoneAreRefused() throws IOException {
        assertRefused(
                GgufWords.llama().say("tokenizer.ggml.tokens", List.of("<s>", "a", "b", "a", "</s>")),
                "the token 'a' is twice");
        assertRefused(
                GgufWords.llama().say("tokenizer.ggml.merges", List.of("ab")),
                "'ab' in tokenizer.ggml.merges is no pair");
        assertRefused(
                GgufWords.llama().say("tokenizer.ggml.merges", List.of("a c")), "the merge 'a c' has parts or a whole");
        assertRefused(
                GgufWords.llama().say("tokenizer.ggml.token_type", List.of(1)),
                "has 1 entries, expected a number for each");
        assertRefused(GgufWords.llama().say("tokenizer.ggml.tokens", List.of(1, 2)), "is no list of texts");
        assertRefused(
                GgufWords.llama().say("tokenizer.ggml.tokens", List.of("<s>", "a".repeat(5000), "b", "ab", "</s>")),
                "token 1 has 5000 characters, expected at most 4096");
    }
}
