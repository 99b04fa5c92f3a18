package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer bake} from extraction over certificate to a model that answers. */
class BakeCommandTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final String CHECKPOINT = DemoVector.DEMO.resolve("hf").toString();

    @TempDir
    private static Path shared;

    private static String bundle = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        bundle = shared.resolve("bundle").toString();
        steer("export", CHECKPOINT, "-o", bundle).assertSucceeds();
    }

    private String in(String name) {
        return directory.resolve(name).toString();
    }

    private static CommandRun certify(String vector, String... more) {
        List<String> line = new ArrayList<>(List.of("certify", vector, "--model", bundle));
        line.addAll(
                List.of("--limit", "24", "--max-new-tokens", "12", "--attack-templates", "none", "--controls", "0"));
        line.addAll(List.of("--over-refused", "safe=" + PROMPTS.resolve("test-safe.csv")));
        line.addAll(List.of("--harmful", "harmful=" + PROMPTS.resolve("test-harmful.csv")));
        line.addAll(List.of(more));
        return steer(line.toArray(String[]::new));
    }

    private static CommandRun subtract(String vector, String alpha, String scope) {
        return certify(
                vector, "--method", "subtract", "--scale", "raw", "--layers", "3", "--alpha", alpha, "--scope", scope);
    }

    private static List<String> texts(String model, String... more) throws IOException {
        List<String> line = new ArrayList<>(List.of("generate", "--model", model, "--json", "--max-new-tokens", "12"));
        line.addAll(List.of(more));
        line.addAll(Files.readAllLines(PROMPTS.resolve("calibration-safe.txt")).subList(0, 12));
        List<String> texts = new ArrayList<>();
        for (String answer : steer(line.toArray(String[]::new))
                .assertSucceeds()
                .out()
                .lines()
                .toList()) {
            texts.add(new ObjectMapper().readTree(answer).path("text").asText());
        }
        return texts;
    }

    /** What is baked answers as the steered bundle does: it is instrumented again to be asked. */
    @Test
    void aBakedGraphAnswersAsTheSteeredBundle() throws IOException {
        String vector =
                DemoVector.reference(directory.resolve("v.safetensors"), bundle).toString();
        subtract(vector, "0.3", "all").assertSucceeds();
        CommandRun baked = steer(
                "bake", "--model", bundle, "--vector", vector, "-o", in("baked"), "--alpha", "0.3", "--layers", "3");
        baked.assertSucceeds();
        assertTrue(baked.out().contains("layers 3 by one Add each"), baked.out());
        steer("instrument", in("baked/model.onnx"), "-o", in("again")).assertSucceeds();
        String[] steering = {
            "--vector",
            vector,
            "--method",
            "subtract",
            "--scale",
            "raw",
            "--layers",
            "3",
            "--alpha",
            "0.3",
            "--scope",
            "all"
        };
        List<String> steered = texts(bundle, steering);
        assertEquals(steered, texts(in("again")));
        assertFalse(steered.equals(texts(bundle)), "the vector does something: " + steered);
    }

    @Test
    void onlyWhatWasCertifiedIsBaked() {
        String vector =
                DemoVector.reference(directory.resolve("v.safetensors"), bundle).toString();
        bake(vector)
                .assertFails("Not baked: the vector has no certificate", "measured by 'steer certify --scope all ...'");
        subtract(vector, "0.3", "last-prompt-token-on").assertSucceeds();
        bake(vector).assertFails("a fixed graph does the same at all tokens");
        String costly =
                DemoVector.reference(directory.resolve("w.safetensors"), bundle).toString();
        subtract(costly, "4", "all").assertSucceeds();
        bake(costly).assertFails("points fewer of the 24 harmful prompts of its certificate are refused");
        String good =
                DemoVector.reference(directory.resolve("x.safetensors"), bundle).toString();
        subtract(good, "0.3", "all").assertSucceeds();
        bake(good, "--alpha", "0.4")
                .assertFails("'subtract 0.3 times the raw vector after layers 3 at all tokens', and --alpha says 0.4");
        bake(good, "--layers", "2-3").assertFails("--layers says 2-3");
        bake(good, "--method", "add").assertFails("--method says add");
        bake(good, "--scale", "unit").assertFails("--scale says unit");
        bake(good, "--keep-norms").assertWrongUsage("--keep-norms belongs to --into safetensors");
        bake(good, "--into", "safetensors", "--alpha", "1")
                .assertWrongUsage("--into safetensors takes the whole direction");
        assertFalse(Files.exists(directory.resolve("baked")));
    }

    private CommandRun bake(String vector, String... more) {
        List<String> line = new ArrayList<>(List.of("bake", "--model", bundle, "--vector", vector, "-o", in("baked")));
        line.addAll(List.of(more));
        return steer(line.toArray(String[]::new));
    }

    @Test
    void anOverRefusedDirectionIsTakenOutOfWeights() throws IOException {
        String vector = in("surgical.safetensors");
        steer(
                        "extract",
                        "--model",
                        bundle,
                        "--method",
                        "surgical",
                        "--lambda",
                        "0.8",
                        "--harmful",
                        PROMPTS.resolve("anchors-harmful.txt").toString(),
                        "--harmless",
                        PROMPTS.resolve("anchors-harmless.txt").toString(),
                        "--over-refused",
                        PROMPTS.resolve("calibration-safe.txt").toString(),
                        "-o",
                        vector)
                .assertSucceeds();
        String[] bake = {"bake", "--into", "safetensors", "--model", CHECKPOINT, "--vector", vector, "-o", in("weights")
        };
        steer(bake).assertFails("nobody has measured what weights without it do");
        certify(vector, "--weights", CHECKPOINT, "--alpha", "1")
                .assertWrongUsage("--weights says what is done: leave --alpha out");
        CommandRun certified = certify(vector, "--weights", CHECKPOINT).assertSucceeds();
        assertTrue(
                certified.out().contains("weights: embedding, attention and MLP weights without the over-refused"),
                certified.out());
        try (Stream<Path> entries = Files.list(directory)) {
            assertEquals(
                    0,
                    entries.filter(path -> path.getFileName().toString().startsWith(".trial"))
                            .count());
        }
        List<String> json = new ArrayList<>(List.of(bake));
        json.add("--json");
        JsonNode printed = new ObjectMapper()
                .readTree(steer(json.toArray(String[]::new)).assertSucceeds().out());
        assertEquals(13, printed.path("tensors").asInt());
        assertTrue(printed.path("left_over").asDouble() < 1e-3);
        assertTrue(Files.exists(directory.resolve("weights/steering-baked.json")));
        steer("export", in("weights"), "-o", in("changed")).assertSucceeds();
        assertFalse(texts(bundle).equals(texts(in("changed"))));
        String raw =
                DemoVector.reference(directory.resolve("v.safetensors"), bundle).toString();
        certify(raw, "--weights", CHECKPOINT)
                .assertFails("only over-refused directions that a share of the harmful one");
    }
}
