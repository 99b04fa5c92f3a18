package dev.steering.export.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.testkit.Fixtures;
import dev.steering.testkit.TestCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectorTest {
    private static final Path DEMO = Fixtures.demoModel().resolve("hf");
    private static final Path VECTOR = Fixtures.vector();

    @TempDir
    private Path directory;

    private Path bundle(Path checkpoint) {
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(checkpoint, bundle, ExportOptions.defaults().withCopyWeights(true));
        return bundle;
    }

    @Test
    void aBundle() {
        BundleInspection bundle = assertInstanceOf(BundleInspection.class, Inspector.inspect(bundle(DEMO)));
        PromptFacts.Template template = bundle.prompts().template();

        assertEquals("bundle", bundle.kind());
        assertEquals(6, bundle.manifest().layers());
        assertTrue(
                bundle.files().stream().allMatch(FileFact::present),
                bundle.files().toString());
        assertEquals(List.of(), bundle.missing());
        assertNotNull(template);
        assertEquals("tokenizer_config.json", template.file());
        assertTrue(template.systemPrompt());
        assertEquals(List.of("<|bos|>", "<|user|>"), template.head());
        assertEquals(List.of("<|end|>", "<|assistant|>"), template.tail());
        assertEquals(
                new TokenizerFile("BPE", "byte-level", false, 2048, 6),
                bundle.prompts().tokenizer());
        assertEquals("<|bos|>", bundle.prompts().specialTokens().get("bos_token"));
        assertEquals(List.of(), bundle.prompts().problems());
    }

    @Test
    void aBundleWithoutTokenizerOrWeightsSaysSo() throws IOException {
        Path bundle = bundle(DEMO);
        Files.delete(bundle.resolve("tokenizer.json"));
        BundleInspection deaf = (BundleInspection) Inspector.inspect(bundle);

        assertEquals(List.of(), deaf.missing());
        assertTrue(deaf.prompts().problems().get(0).contains("no tokenizer.json"));
        assertNotNull(deaf.prompts().template());
        assertNull(deaf.prompts().template().tail());

        Files.delete(bundle.resolve("model.safetensors"));
        assertEquals(List.of("model.safetensors"), ((BundleInspection) Inspector.inspect(bundle)).missing());
    }

    @Test
    void aDamagedTemplateIsAFactNotAFailure() throws IOException {
        Path bundle = bundle(DEMO);
        Files.writeString(bundle.resolve("chat_template.jinja"), "{% if %}");
        PromptFacts prompts = ((BundleInspection) Inspector.inspect(bundle)).prompts();

        assertNull(prompts.template());
        assertEquals(1, prompts.problems().size());
        assertTrue(
                prompts.problems().get(0).contains("line 1: syntax error"),
                prompts.problems().toString());
        assertNotNull(prompts.tokenizer());
    }

    @Test
    void aDamagedManifest() throws IOException {
        Path bundle = bundle(DEMO);
        Files.writeString(bundle.resolve("steering.json"), "{\"format_version\": ");
        assertFails(bundle, "steering.json is damaged: Unexpected end-of-input");
    }

    @Test
    void aCheckpointInShards() throws IOException {
        Path shards = directory.resolve("shards");
        TestCheckpoint.load("llama").saveSharded(shards);
        CheckpointInspection checkpoint = assertInstanceOf(CheckpointInspection.class, Inspector.inspect(shards));

        assertEquals("LlamaForCausalLM", checkpoint.config().architecture());
        assertEquals(3, checkpoint.config().layers());
        assertEquals(3, checkpoint.shards().size());
        assertEquals(113_088, checkpoint.parameters());
        assertEquals(Map.of("F32", 113_088L), checkpoint.parametersByType());
        assertEquals(4 * 113_088, checkpoint.bytes());
        assertNull(checkpoint.exportRefusal());
    }

    @Test
    void aCheckpointThatCannotBeExportedSaysWhy() throws IOException {
        TestCheckpoint llama = TestCheckpoint.load("llama");
        llama.config.put("model_type", "no-such-type");
        CheckpointInspection checkpoint = (CheckpointInspection) Inspector.inspect(llama.save(directory));

        assertNotNull(checkpoint.exportRefusal());
        assertTrue(
                checkpoint.exportRefusal().contains("model_type \"no-such-type\" is not supported"),
                checkpoint.exportRefusal());
    }

    @Test
    void aGraphAndWhatLiesBesideIt() throws IOException {
        Path bundle = bundle(DEMO);
        Path model = Files.createDirectories(directory.resolve("model/onnx"));
        Files.copy(bundle.resolve("model.onnx"), model.resolve("model.onnx"));
        Files.copy(bundle.resolve("rotary.bin"), model.resolve("rotary.bin"));
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "config.json")) {
            Files.copy(
                    DEMO.resolve(name), directory.resolve("model").resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        GraphInspection graph = assertInstanceOf(GraphInspection.class, Inspector.inspect(directory.resolve("model")));

        assertEquals(model.resolve("model.onnx"), graph.path());
        assertTrue(graph.steered());
        assertNull(graph.bundle());
        assertEquals(List.of("config.json", "tokenizer.json", "tokenizer_config.json"), graph.neighbours());
        assertNotNull(graph.prompts());
        assertEquals(
                Map.of("joined.safetensors", false, "model.safetensors", false, "rotary.bin", true),
                graph.externalFiles().stream()
                        .collect(java.util.stream.Collectors.toMap(FileFact::name, FileFact::present)));
        GraphInspection inBundle = (GraphInspection) Inspector.inspect(bundle.resolve("model.onnx"));
        assertEquals(bundle.toAbsolutePath().normalize(), inBundle.bundle());
    }

    @Test
    void aVector() {
        VectorInspection vector = assertInstanceOf(VectorInspection.class, Inspector.inspect(VECTOR));

        assertEquals(2, vector.layers());
        assertEquals(3, vector.hidden());
        assertEquals("tiny-llama", vector.provenance().modelName());
        assertNotNull(vector.anchoring());
        assertEquals(List.of(1), vector.anchoring().steeringLayers());
        assertEquals("raw", vector.anchoring().scale());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "model.gguf;GGUF....;a GGUF file",
                "model.onnx;GGUF....;a GGUF file",
                "pytorch_model.bin;PK\u0003\u0004data;a zip archive, as PyTorch",
                "old.pt;\u0080\u0002}q;a PyTorch file",
                "model.safetensors;version https://git-lfs.github.com/spec/v1;a Git LFS pointer",
                "model.ort;x...ORTM....;a model in ONNX Runtime's own format",
                "notes.txt;How do I bake bread?;text",
                "config.json;{};JSON",
                "noise;x\u0001\u0002y;binary data of an unknown kind"
            })
    void otherFilesAreNamedByTheirLooks(String name, String content, String looks) throws IOException {
        Path file = Files.write(directory.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
        assertFails(file, "looks like " + looks);
    }

    @ParameterizedTest
    @CsvSource({
        "byte-level,BPE,byte-level,false",
        "prepend,BPE,sentencepiece,true",
        "metaspace,BPE,sentencepiece,true",
        "replace,BPE,sentencepiece,true",
        "unigram,Unigram,sentencepiece,false"
    })
    void kindsOfTokenizers(String name, String model, String scheme, boolean byteFallback) throws IOException {
        Path file = Fixtures.path("tokenizers/" + name + "/tokenizer.json");
        TokenizerFile tokenizer = TokenizerFile.read(file);
        JsonNode json = new ObjectMapper().readTree(file.toFile());

        assertEquals(model, tokenizer.model());
        assertEquals(scheme, tokenizer.scheme());
        assertEquals(byteFallback, tokenizer.byteFallback());
        assertEquals(json.at("/model/vocab").size(), tokenizer.tokens());
        assertEquals(json.path("added_tokens").size(), tokenizer.addedTokens());
    }

    @Test
    void headersThatLieAreRefusedWithoutTheirMemory() throws IOException {
        for (long header : new long[] {Long.MAX_VALUE, -1, 99_999_999, 1 << 20}) {
            ByteBuffer start =
                    ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(header);
            start.put("{}      ".getBytes(StandardCharsets.US_ASCII));
            Path file = Files.write(directory.resolve("v.safetensors"), start.array());
            assertFails(file, "is not a valid safetensors file");
        }
        byte[] whole = Files.readAllBytes(VECTOR);
        Path cut = Files.write(directory.resolve("v.safetensors"), java.util.Arrays.copyOf(whole, whole.length - 4));
        assertFails(cut, "is not a valid safetensors file");
    }

    @Test
    void placesWithoutAModelAreDescribed() throws IOException {
        assertFails(directory.resolve("nowhere"), "There is nothing at");
        assertFails(directory, "is empty");
        Files.writeString(directory.resolve("pytorch_model.bin"), "x");
        Files.writeString(directory.resolve("config.json"), "{}");
        assertFails(directory, "has its weights in a PyTorch file (Python pickle), pytorch_model.bin");
        assertFails(directory.resolve("config.json"), "inspect " + directory.toAbsolutePath() + " instead.");
        Files.writeString(directory.resolve("a.onnx"), "x");
        Files.writeString(directory.resolve("b.onnx"), "x");
        assertFails(directory, "has several ONNX models");
        assertFails(DEMO.resolve("model.safetensors"), "If these are a model's weights, inspect ");
    }

    private static void assertFails(Path path, String message) {
        SteeringException e = assertThrows(SteeringException.class, () -> Inspector.inspect(path));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
