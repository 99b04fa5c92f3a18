package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer inspect} as a user types it. */
class InspectCommandTest {
    private static final String HF = Fixtures.demoModel().resolve("hf").toString();
    private static final String VECTOR = Fixtures.vector().toString();

    @TempDir
    static Path shared;

    private static String bundle = "";

    @BeforeAll
    static void export() {
        bundle = shared.resolve("bundle").toString();
        steer("export", HF, "-o", bundle).assertSucceeds();
    }

    private static String text(String path) {
        String text = steer("inspect", path).assertSucceeds().out();
        text.lines()
                .filter(line -> !line.startsWith("next") && !line.contains(path))
                .forEach(line -> assertTrue(line.length() <= 100, line));
        return text;
    }

    private static JsonNode json(String path) throws IOException {
        return new ObjectMapper()
                .readTree(steer("inspect", path, "--json").assertSucceeds().out());
    }

    private static void assertHas(String text, String... lines) {
        for (String line : lines) {
            assertTrue(text.lines().anyMatch(line::equals), () -> "'" + line + "' is not in\n" + text);
        }
    }

    @Test
    void aBundle() throws IOException {
        assertHas(
                text(bundle),
                "sizes        6 layers (7 points), hidden 128, vocabulary 2048, context 128",
                "inputs       input_ids I64 of rank 2 (token ids), attention_mask I64 of rank 2 (attention mask)",
                "cache        in place, 12 tensors such as past_key_values.0.key F32 [batch, 2, length, 32]",
                "padding      right",
                "template     default in tokenizer_config.json; takes a system prompt",
                "  tail       2 tokens: <|end|> <|assistant|>",
                "  last token <|assistant|> (SCANS looks and steers from here)",
                "steering     yes: at every layer: add (model.onnx), project out (model-projection.onnx), gate",
                "             (model-gated.onnx)");
        JsonNode json = json(bundle);
        assertEquals("bundle", json.path("kind").asText());
        assertEquals(bundle, json.path("path").asText());
        assertEquals(7, json.path("points").asInt());
        assertEquals("right", json.at("/manifest/signature/padding").asText());
        assertEquals("<|assistant|>", json.at("/prompts/template/tail/1").asText());
        assertEquals("yes", json.at("/steering/answer").asText());
    }

    @Test
    void aCheckpoint() throws IOException {
        assertHas(
                text(HF),
                "model        llama (LlamaForCausalLM)",
                "weights      1,558,144 parameters, 3.1 MB, F16",
                "next         steer export " + HF + " -o BUNDLE");
        JsonNode json = json(HF);
        assertEquals("checkpoint", json.path("kind").asText());
        assertEquals(1_558_144, json.path("parameters").asLong());
        assertEquals("after_export", json.at("/steering/answer").asText());
    }

    @Test
    void anOnnxModel() throws IOException {
        String model = Path.of(bundle, "model.onnx").toString();
        assertHas(
                text(model),
                "written by   steering-export, IR version 9, opset ai.onnx 18, com.microsoft 1",
                "inputs       input_ids int64 [batch, sequence]",
                "             past_key_values.0.key float [batch, 2, capacity, 32] (6 like it)");
        JsonNode json = json(model);
        assertEquals("onnx", json.path("kind").asText());
        assertEquals(
                6, json.at("/graph/operators/com.microsoft.GroupQueryAttention").asInt());
        assertTrue(json.at("/external_files/0/bytes").asLong() > 0);
    }

    @Test
    void aVector() throws IOException {
        assertHas(
                text(VECTOR),
                "sizes        2 layers, hidden 3, raw directions (norms below)",
                "is checked   by weights; the file says no more",
                "prompts      kept in the file as they are: whoever gets it can read them",
                "norms        2.238 3.000",
                "layers       steer 1, alpha 0.75 (raw); classify at 0, 1");
        assertEquals(0.9581, json(VECTOR).at("/anchoring/calibration/threshold").asDouble());
        assertEquals(
                "ab".repeat(32),
                json(VECTOR).at("/provenance/model_fingerprint").asText());
    }

    @Test
    void whatCannotBeInspectedIsNamed() throws IOException {
        Path file = Files.writeString(shared.resolve("m.gguf"), "GGUF");
        steer("inspect", file.toString()).assertFails("looks like a GGUF file of llama.cpp");
        steer("inspect", shared.resolve("nowhere").toString(), "--json").assertFails("There is nothing at");
        steer("inspect").assertWrongUsage("BUNDLE|HF_DIR");
    }

    /** Wherever a model is expected, what people bring instead is told in the same words. */
    @Test
    void whatIsNoModelIsToldEverywhere() throws IOException {
        Path adapter = Files.createDirectories(shared.resolve("adapter"));
        Files.writeString(adapter.resolve("adapter_config.json"), "{\"base_model_name_or_path\": \"org/base\"}");
        Files.writeString(adapter.resolve("adapter_model.safetensors"), "");
        String told = "is an adapter (LoRA or the like), not a model";
        String to = shared.resolve("never").toString();
        steer("inspect", adapter.toString()).assertFails(told, "'org/base'");
        steer("export", adapter.toString(), "-o", to).assertFails(told);
        steer("instrument", adapter.toString(), "-o", to).assertFails(told);
        steer("generate", "--model", adapter.toString(), "How?").assertFails(told);
        String hub = "no-such-organisation/no-such-model";
        steer("export", hub, "-o", to).assertFails("'hf download " + hub + "'");
        steer("inspect", hub).assertFails("'hf download " + hub + "'");
        steer("instrument", hub, "-o", to).assertFails("'hf download " + hub + "'");
        steer("generate", "--model", hub, "How?").assertFails("'hf download " + hub + "'");
    }

    /** Names come from strangers: none may move the terminal's cursor. */
    @Test
    void controlCharactersAreNotPrinted() throws IOException {
        Path directory = Files.createDirectories(shared.resolve("hostile"));
        for (String name : new String[] {"model.safetensors", "tokenizer.json"}) {
            Files.copy(Path.of(HF, name), directory.resolve(name));
        }
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"\\u001b[2Jllama\"}");
        Files.writeString(directory.resolve("chat_template.jinja"), "\u001b[2J{{ messages[0].content }}\u0007");
        assertTrue(text(directory.toString()).chars().allMatch(c -> c == '\n' || c >= 0x20));
    }
}
