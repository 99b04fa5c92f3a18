package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.testkit.Fixtures;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * GGUF control vectors do here what they do in llama.cpp (b4748, the demo model in f32, greedy): {@code llama-cpp-steered.json} has its
 * answers to 20 prompts, unsteered and in five settings. The vectors were written by Python's gguf library with repeng's statements.
 */
class LlamaCppReferenceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOKENS = 40;
    private static final int END = 2;

    @TempDir
    private static Path shared;

    private static String bundle = "";
    private static Path prompts = Path.of("");

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(LlamaCppReferenceTest.class.getResource("formats/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode reference() throws IOException {
        return JSON.readTree(resource("llama-cpp-steered.json").toFile());
    }

    static Stream<JsonNode> settings() throws IOException {
        List<JsonNode> settings = new ArrayList<>();
        reference().get("settings").forEach(settings::add);
        assertEquals(6, settings.size());
        return settings.stream();
    }

    @BeforeAll
    static void prepare() throws IOException {
        bundle = shared.resolve("bundle").toString();
        steer("export", Fixtures.demoModel().resolve("hf").toString(), "-o", bundle)
                .assertSucceeds();
        prompts = shared.resolve("prompts.txt");
        List<String> lines = new ArrayList<>();
        reference().get("prompts").forEach(prompt -> lines.add(prompt.textValue()));
        Files.write(prompts, lines);
    }

    /** A negative scale there is the method subtract here; layers are the same numbers, and every position is what the file implies. */
    private static List<String> options(JsonNode setting, String vector) {
        if (!setting.has("vector")) {
            return List.of("--method", "default");
        }
        double scale = setting.get("scale").doubleValue();
        List<String> options = new ArrayList<>(List.of(
                "--vector",
                vector,
                "--method",
                scale < 0 ? "subtract" : "add",
                "--alpha",
                String.valueOf(Math.abs(scale))));
        if (!setting.get("name").textValue().equals("default-range")) {
            List<String> layers = new ArrayList<>();
            setting.get("llama_cpp_layers").forEach(layer -> layers.add(layer.asText()));
            options.addAll(List.of("--layers", String.join(",", layers)));
        }
        return options;
    }

    private static List<String> answers(List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("generate", "--model", bundle, "--prompts", prompts.toString()));
        command.addAll(List.of("--max-new-tokens", String.valueOf(TOKENS), "--json"));
        command.addAll(options);
        List<String> texts = new ArrayList<>();
        for (String line : steer(command.toArray(String[]::new))
                .assertSucceeds()
                .out()
                .lines()
                .toList()) {
            JsonNode answer = JSON.readTree(line);
            texts.add(
                    answer.get("text").textValue() + " " + answer.get("tokens").intValue());
        }
        return texts;
    }

    /** Texts with the number of their tokens, without the one that ends them. */
    private static List<String> expected(JsonNode setting) {
        List<String> texts = new ArrayList<>();
        for (JsonNode answer : setting.get("answers")) {
            JsonNode tokens = answer.get("tokens");
            boolean ended = tokens.get(tokens.size() - 1).intValue() == END;
            texts.add(answer.get("text").textValue() + " " + (tokens.size() - (ended ? 1 : 0)));
        }
        assertEquals(20, texts.size());
        return texts;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void answersAreThoseOfLlamaCpp(JsonNode setting) throws IOException {
        String vector = setting.has("vector")
                ? resource(setting.get("vector").textValue()).toString()
                : "";
        assertEquals(expected(setting), answers(options(setting, vector)));
    }

    /** Nor does it matter that the file was converted, and for which model is written into it. */
    @Test
    void soAreThoseOfTheConvertedVector() throws IOException {
        Path converted = shared.resolve("converted.safetensors");
        steer("convert", resource("raw-repeng.gguf").toString(), "-o", converted.toString(), "--model", bundle)
                .assertSucceeds();
        for (JsonNode setting : settings().toList()) {
            if (setting.path("vector").asText().equals("raw-repeng.gguf")) {
                assertEquals(expected(setting), answers(options(setting, converted.toString())));
            }
        }
    }

    /** One layer off and the answers are others: this test would notice. */
    @Test
    void anotherLayerGivesOtherAnswers() throws IOException {
        JsonNode layerFive = settings()
                .filter(setting -> setting.get("name").textValue().equals("layer-5"))
                .findFirst()
                .orElseThrow();
        List<String> options =
                new ArrayList<>(options(layerFive, resource("raw-repeng.gguf").toString()));
        options.set(options.size() - 1, "4");
        List<String> other = answers(options);
        List<String> expected = expected(layerFive);
        long same = Stream.iterate(0, i -> i + 1)
                .limit(expected.size())
                .filter(i -> expected.get(i).equals(other.get(i)))
                .count();
        assertTrue(same < 20, same + " answers are the same");
    }
}
