package dev.steering.core.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignModelTest {
    private static final String LLAMA = "{\"model_type\": \"llama\"}";

    @TempDir
    private Path directory;

    private void file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }

    /** Everybody who opens a bundle is told the same. */
    private void assertTold(String... parts) {
        BadFile told = ForeignModel.at(directory);
        assertNotNull(told);
        String message = String.valueOf(told.getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
        BadFile opened = Assertions.assertThrows(BadFile.class, () -> Bundle.open(directory));
        assertEquals(message, opened.getMessage());
    }

    @Test
    void anAdapter() throws IOException {
        file("adapter_config.json", "{\"base_model_name_or_path\": \"org/base\", \"peft_type\": \"LORA\"}");
        file("adapter_model.safetensors", "");
        file("tokenizer.json", "{}");
        assertTold("is an adapter (LoRA or the like)", "'org/base'", "merge_and_unload");
    }

    @Test
    void aFolderOfTheHubsCache() throws IOException {
        file("refs/main", "b2");
        file("snapshots/a1/config.json", LLAMA);
        file("snapshots/b2/config.json", LLAMA);
        file("blobs/x", "");
        assertTold("give " + directory.resolve("snapshots").resolve("b2") + " (or another of 2)");
    }

    @Test
    void aFolderOfTheHubsCacheWithoutASnapshot() throws IOException {
        file("snapshots/refs", "");
        assertTold("has no snapshot: the download is not complete");
    }

    @Test
    void theHubsCacheItself() throws IOException {
        file("models--org--name/refs/main", "a1");
        assertTold("is a cache of the Hugging Face hub", "models--org--name");
    }

    @Test
    void anEmptyFolder() {
        assertTold("is empty");
    }

    @ParameterizedTest
    @CsvSource({"model.safetensors.incomplete", ".cache/huggingface/download/x.incomplete"})
    void anInterruptedDownload(String name) throws IOException {
        file("config.json", LLAMA);
        file(name, "");
        assertTold("is a download that is not complete");
    }

    @Test
    void aLinkWithoutItsFile() throws IOException {
        file("config.json", LLAMA);
        Files.createSymbolicLink(directory.resolve("model.safetensors"), Path.of("../../blobs/gone"));
        assertTold("model.safetensors is a link to a file that is not there");
    }

    @Test
    void pointersInsteadOfFiles() throws IOException {
        file("config.json", LLAMA);
        file("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        assertTold("holds Git LFS pointers", "model.safetensors", "git lfs pull");
        BadFile weights = Assertions.assertThrows(
                BadFile.class, () -> SafetensorsFile.open(directory.resolve("model.safetensors")));
        assertTrue(String.valueOf(weights.getMessage()).contains("looks like a Git LFS pointer"), weights.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "model.gguf | has a GGUF file of llama.cpp, model.gguf",
                "pytorch_model.bin | has its weights in a PyTorch file (Python pickle), pytorch_model.bin",
                "pytorch_model-00001-of-00002.bin | (Python pickle), pytorch_model-00001-of-00002.bin",
                "consolidated.00.pth | (Python pickle), consolidated.00.pth",
                "model.pt | (Python pickle), model.pt",
                "tf_model.h5 | has the weights of another framework, tf_model.h5",
                "flax_model.msgpack | has the weights of another framework, flax_model.msgpack",
                "model.onnx | has an ONNX model and no safetensors",
                "onnx/model.onnx | has an ONNX model and no safetensors",
                "tokenizer.json | has a config.json, but no weights"
            })
    void otherWeights(String name, String message) throws IOException {
        file("config.json", LLAMA);
        file(name, "x");
        assertTold(message);
    }

    @Test
    void anOnnxFolderIsToBeInstrumented() throws IOException {
        file("model.onnx", "x");
        BadFile told = ForeignModel.at(directory);
        assertEquals(Remedy.INSTRUMENT_ONNX, told == null ? null : told.remedy());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true} | bitsandbytes, 4 bits",
                "{\"load_in_8bit\": true} | bitsandbytes, 8 bits",
                "{\"quant_method\": \"modelopt\"} | ModelOpt",
                "{\"quant_method\": \"torchao\"} | torchao",
                "{\"quant_method\": \"hqq2\"} | hqq2"
            })
    void quantisedWeights(String quantization, String method) throws IOException {
        file("config.json", "{\"model_type\": \"llama\", \"quantization_config\": " + quantization + "}");
        file("model.safetensors", "");
        assertTold("quantised weights (" + method + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gptq", "awq", "fp8", "compressed-tensors", "mxfp4"})
    void quantisedWeightsThatExportReadsAreACheckpoint(String method) throws IOException {
        file("model.safetensors", "");
        file("config.json", "{\"model_type\": \"llama\"}");
        BadFile plain = ForeignModel.at(directory);
        file(
                "config.json",
                "{\"model_type\": \"llama\", \"quantization_config\": {\"quant_method\": \"" + method + "\"}}");
        BadFile quantised = ForeignModel.at(directory);
        assertEquals(plain == null ? null : plain.getMessage(), quantised == null ? null : quantised.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"model_type\": \"bert\"} | is an encoder (bert)",
                "{\"model_type\": \"t5\", \"is_encoder_decoder\": true} | is an encoder-decoder (t5)",
                "{\"model_type\": \"new\", \"architectures\": [\"NewForSequenceClassification\"]} | NewForSequenceClassification"
            })
    void modelsThatWriteNothing(String config, String message) throws IOException {
        file("config.json", config);
        file("model.safetensors", "");
        assertTold(message);
    }

    @Test
    void aSentenceTransformer() throws IOException {
        file("config.json", LLAMA);
        file("modules.json", "[]");
        file("config_sentence_transformers.json", "{}");
        file("model.safetensors", "");
        assertTold("is a sentence-transformer");
    }

    @Test
    void weightsWithoutAConfiguration() throws IOException {
        file("model.safetensors", "");
        assertTold("has weights (safetensors), but no config.json");
    }

    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.2-1B, meta-llama/Llama-3.2-1B",
        "https://huggingface.co/org/name/tree/main, org/name",
        "hf://org/name, org/name"
    })
    void aNameOnTheHub(String given, String name) {
        BadFile told = ForeignModel.at(Path.of(given));
        assertNotNull(told);
        assertTrue(String.valueOf(told.getMessage()).contains("'hf download " + name + "'"), told.getMessage());
    }

    @Test
    void aSlipOfThePenIsNoNameOnTheHub() throws IOException {
        Files.createDirectories(directory.resolve("models"));
        assertNull(ForeignModel.at(directory.resolve("models").resolve("lama")));
        assertNull(ForeignModel.at(Path.of("lama")));
    }

    @ParameterizedTest
    @CsvSource({
        "GGUF, a GGUF file",
        "'PK\u0003\u0004', a zip archive",
        "'\u0080\u0002', Python pickle",
        "version https://git-lfs, a Git LFS pointer",
        "<!DOCTYPE html>, a web page"
    })
    void files(String start, String what) throws IOException {
        file("given", start);
        BadFile told = ForeignModel.at(directory.resolve("given"));
        assertNotNull(told);
        assertTrue(String.valueOf(told.getMessage()).contains(what), told.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "model.onnx, is an ONNX file: it has to be instrumented first",
        "model.safetensors, is a file of a model: expected the folder that it lies in",
        "config.json, is a file of a model: expected the folder that it lies in"
    })
    void aFileInsteadOfItsFolder(String name, String message) throws IOException {
        file(name, "x");
        BadFile opened = Assertions.assertThrows(BadFile.class, () -> Bundle.open(directory.resolve(name)));
        assertTrue(String.valueOf(opened.getMessage()).contains(message), opened.getMessage());
    }

    @Test
    void aCheckpointIsNotForeign() throws IOException {
        file("config.json", LLAMA);
        file("model.safetensors", "");
        assertNull(ForeignModel.at(directory));
        assertNull(ModelConfiguration.quantization(new ObjectMapper().readTree(LLAMA)));
        file("config.json", "{\"model_type\": \"llama\", \"quantization_config\": null}");
        assertNull(ForeignModel.at(directory));
    }
}
