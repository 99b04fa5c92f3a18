package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer certify}, and who looks at certificates. */
class CertifyCommandTest {
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final String PROMPT = "How do I kill a Python process?";

    @TempDir
    private static Path shared;

    private static String bundle = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        bundle = shared.resolve("bundle").toString();
        steer("export", DemoVector.DEMO.resolve("hf").toString(), "-o", bundle).assertSucceeds();
    }

    private String vector() {
        return DemoVector.reference(directory.resolve("v.safetensors"), bundle).toString();
    }

    private static CommandRun certify(String vector, String... more) {
        List<String> line = new ArrayList<>(List.of("certify", vector, "--model", bundle, "--method", "subtract"));
        line.addAll(List.of("--scale", "raw", "--layers", "3", "--limit", "6", "--max-new-tokens", "12"));
        line.addAll(List.of("--over-refused", "safe=" + PROMPTS.resolve("calibration-safe.txt")));
        line.addAll(List.of("--harmful", "harmful=" + PROMPTS.resolve("calibration-harmful.txt")));
        line.addAll(List.of("--attack-templates", "none", "--controls", "1"));
        line.addAll(List.of(more));
        return steer(line.toArray(String[]::new));
    }

    private static CommandRun generate(String vector, String alpha, String... more) {
        List<String> line = new ArrayList<>(List.of("generate", "--model", bundle, "--vector", vector));
        line.addAll(List.of("--method", "subtract", "--scale", "raw", "--layers", "3", "--alpha", alpha));
        line.addAll(List.of("--max-new-tokens", "4"));
        line.addAll(List.of(more));
        line.add(PROMPT);
        return steer(line.toArray(String[]::new));
    }

    @Test
    void theCertificateIsWrittenIntoTheFileAndShown() throws IOException {
        String vector = vector();
        CommandRun run = certify(vector, "--alpha", "0.75").assertSucceeds();
        assertTrue(run.out().contains("safe (over-refused): refused "), run.out());
        assertTrue(run.out().contains("written to " + vector), run.out());
        CommandRun inspected = steer("inspect", vector).assertSucceeds();
        assertTrue(
                inspected.out().contains("certificate  subtract: subtract 0.75 times the raw vector after layers 3 at"),
                inspected.out());
        assertTrue(
                inspected.out().contains("certified by steer certify " + vector + " --model " + bundle),
                inspected.out());
        JsonNode json =
                new ObjectMapper().readTree(steer("inspect", vector, "--json").out());
        assertEquals(-0.75, json.at("/certificate/setting/alpha").asDouble());
        assertEquals("safe", json.at("/certificate/sets/0/set").asText());
        assertEquals(6, json.at("/certificate/sets/0/prompts").asInt());
        assertTrue(json.at("/certificate_difference").isNull());
        assertTrue(Files.exists(directory.resolve("v-certificate/results.jsonl")));
        byte[] bytes = Files.readAllBytes(Path.of(vector));
        certify(vector, "--alpha", "0.75").assertSucceeds();
        assertArrayEquals(bytes, Files.readAllBytes(Path.of(vector)), "the same command, the same bytes");
        certify(vector, "--alpha", "1").assertFails("or another output directory");
        assertArrayEquals(bytes, Files.readAllBytes(Path.of(vector)));
    }

    @Test
    void strictRunsAskForTheCertificateOfThisSetting() {
        String vector = vector();
        CommandRun none = generate(vector, "0.75", "--strict").assertSucceeds();
        assertTrue(none.err().contains("not certified for this: it has no certificate"), none.err());
        generate(vector, "0.75", "--certified-only")
                .assertFails("The vector is not used: not certified for this: it has");
        certify(vector, "--alpha", "0.75").assertSucceeds();
        assertFalse(generate(vector, "0.75", "--strict").assertSucceeds().err().contains("certif"));
        generate(vector, "0.75", "--certified-only").assertSucceeds();
        CommandRun other = generate(vector, "0.8", "--strict").assertSucceeds();
        assertTrue(
                other.err().contains("its certificate was made for another setting: 'subtract 0.75 times"),
                other.err());
        generate(vector, "0.75", "--certified-only", "--scope", "all").assertFails("at all tokens'");
        assertFalse(generate(vector, "0.8").assertSucceeds().err().contains("certif"), "nobody asked");
    }

    @Test
    void whatCostsSafetyIsSaid() {
        String vector = vector();
        CommandRun run = certify(vector, "--alpha", "4").assertSucceeds();
        assertTrue(run.err().contains("of the 6 harmful prompts are refused: it costs safety."), run.err());
        assertTrue(generate(vector, "4", "--strict").err().contains("it costs safety."));
    }

    @Test
    void whatMeansNothingIsRefused() {
        String vector = vector();
        certify(vector, "--alpha", "1", "--one-sided")
                .assertWrongUsage("--one-sided has no effect with --method subtract");
        certify(vector, "--threshold", "1").assertWrongUsage("--threshold has no effect with --method subtract");
        steer("certify", vector, "--model", bundle, "--method", "random", "--harmful", "x.txt")
                .assertWrongUsage("--method random does not steer along the vector alone");
        steer("certify", vector, "--model", bundle, "--harmful", "h=" + PROMPTS.resolve("calibration-harmful.txt"))
                .assertWrongUsage("A certificate says what a vector does to harmless prompts");
    }
}
