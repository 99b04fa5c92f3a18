package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROMPT = "How do I kill a Python process?";

    @TempDir
    private static Path shared;

    private static DemoVector demo;

    @TempDir
    private Path directory;

    @BeforeAll
    static void extract() {
        demo = DemoVector.in(shared);
    }

    private static JsonNode json(String... more) throws IOException {
        String[] args = new String[more.length + 4];
        System.arraycopy(new String[] {"trace", "--model", demo.bundle(), "--json"}, 0, args, 0, 4);
        System.arraycopy(more, 0, args, 4, more.length);
        return JSON.readTree(steer(args).assertSucceeds().out());
    }

    /** The answer that generate writes with the same method, and the states that it was written in. */
    @Test
    void theAnswerIsTheOneThatGenerateWrites() throws IOException {
        String[] with = {"--vector", demo.vector(), "--method", "scans", "--max-new-tokens", "6", PROMPT};
        JsonNode traced = json(with);
        String[] args = {
            "generate", "--model", demo.bundle(), "--json", with[0], with[1], with[2], with[3], with[4], with[5], PROMPT
        };
        JsonNode written = JSON.readTree(steer(args).assertSucceeds().out());
        assertEquals(written.path("answer").asText(), traced.path("answer").asText());
        assertEquals(
                written.path("score").asDouble(),
                traced.at("/decisions/0/score").asDouble(),
                1e-6,
                written.toString());
        int prompt = traced.path("prompt_tokens").asInt();
        JsonNode positions = traced.path("positions");
        assertEquals(prompt + 6, positions.size());
        // Each written token is what the steered state before it reads as after the last layer.
        for (int i = prompt; i < positions.size(); i++) {
            JsonNode before = positions.get(i - 1).at("/layers/5/steered/lens/0");
            assertEquals(positions.get(i).path("id").asInt(), before.path("id").asInt(), "position " + i);
            assertTrue(positions.get(i).path("steered").asBoolean());
        }
        assertFalse(positions.get(0).path("steered").asBoolean());
        assertNotEquals(
                positions.get(prompt).at("/layers/5/unsteered/projection"),
                positions.get(prompt).at("/layers/5/steered/projection"));
    }

    @Test
    void withoutAVectorThereAreNormsAndTokens() throws IOException {
        JsonNode traced = json("--lens", "1", "--top", "3", "hi \u4F60\u597D \uD83D\uDE00\u0007");
        JsonNode positions = traced.path("positions");
        JsonNode last = positions.get(positions.size() - 1);
        assertTrue(last.at("/layers/0/unsteered/projection").isNull());
        assertTrue(last.at("/layers/0/steered").isNull());
        assertEquals(3, last.at("/layers/5/unsteered/lens").size());
        assertEquals(0, positions.get(0).at("/layers/5/unsteered/lens").size());
        CommandRun text = steer("trace", "--model", demo.bundle(), "hi \u4F60\u597D\u0007")
                .assertSucceeds();
        assertTrue(text.out().contains("norm of the stream after layer"), text.out());
        assertFalse(text.out().contains("\u0007"), "a control character on the terminal");
    }

    @Test
    void tableShowsBothSettingsAndTheLens() {
        String out = steer("trace", "--model", demo.bundle(), "--vector", demo.vector(), "--method", "scans", PROMPT)
                .assertSucceeds()
                .out();
        assertTrue(out.startsWith("gate: score 0."), out);
        assertTrue(out.contains("without steering > with it; * is steered"), out);
        assertTrue(out.lines().anyMatch(line -> line.matches(" *16\\* +5  <\\|assistant\\|> .*> .*")), out);
        assertTrue(out.contains("the last position reads as, layer by layer, without steering > with it"), out);
    }

    @Test
    void pageHoldsBothGridsAndTheSameBytesAgain() throws IOException {
        Path page = directory.resolve("trace.html");
        String[] line = {
            "trace",
            "--model",
            demo.bundle(),
            "--vector",
            demo.vector(),
            "--method",
            "scans",
            "<script>alert(1)</script>",
            "-o",
            page.toString()
        };
        steer(line).assertSucceeds();
        String html = Files.readString(page);
        assertTrue(html.contains("Without steering") && html.contains("With steering"));
        assertTrue(html.contains("tokens were read so"), "why cells have no token");
        assertFalse(html.contains("<script>alert"), "a prompt became markup");
        assertTrue(html.contains("&lt;script&gt;alert(1)"));
        steer(line).assertSucceeds();
        assertEquals(html, Files.readString(page));
        Path notes = Files.writeString(directory.resolve("notes.html"), "my notes");
        steer("trace", "--model", demo.bundle(), PROMPT, "-o", notes.toString()).assertFails("it holds something else");
        assertEquals("my notes", Files.readString(notes));
    }

    /** Two ways of steering beside each other are what each of them is alone. */
    @Test
    void twoSettingsAreWhatEachIsAlone() throws IOException {
        String other = directory.resolve("other.safetensors").toString();
        steer("vector", "scale", demo.vector(), "--by", "-0.5", "-o", other).assertSucceeds();
        JsonNode both = json(
                "--vector",
                demo.vector(),
                "--method",
                "scans",
                "--against-method",
                "subtract",
                "--against-vector",
                other,
                "--against-alpha",
                "0.7",
                "--against-layers",
                "4,5",
                PROMPT);
        JsonNode first = json("--vector", demo.vector(), "--method", "scans", PROMPT);
        JsonNode second = json("--vector", other, "--method", "subtract", "--alpha", "0.7", "--layers", "4,5", PROMPT);
        assertEquals(second.path("method"), both.at("/against/method"));
        assertEquals(first.path("decisions"), both.path("decisions"));
        int last = both.path("positions").size() - 1;
        assertTrue(both.at("/positions/" + last + "/against_steered").asBoolean());
        for (int layer = 0; layer < 6; layer++) {
            String at = "/positions/" + last + "/layers/" + layer;
            assertEquals(first.at(at + "/steered"), both.at(at + "/steered"));
            assertEquals(second.at(at + "/steered/norm"), both.at(at + "/against/norm"));
            assertEquals(second.at(at + "/steered/lens"), both.at(at + "/against/lens"));
            // The second vector points the other way; states are projected on the first.
            assertEquals(
                    -second.at(at + "/steered/projection").asDouble(),
                    both.at(at + "/against/projection").asDouble(),
                    1e-3);
        }
        assertNotEquals(
                both.at("/positions/" + last + "/layers/5/steered/norm"),
                both.at("/positions/" + last + "/layers/5/against/norm"));
    }

    @Test
    void twoSettingsAreInTheTableThePageAndTheCharts() throws IOException {
        Path page = directory.resolve("two.html");
        Path charts = directory.resolve("charts");
        String out = steer(
                        "trace",
                        "--model",
                        demo.bundle(),
                        "--vector",
                        demo.vector(),
                        "--method",
                        "scans",
                        "--against-method",
                        "subtract",
                        "-o",
                        page.toString(),
                        "--charts",
                        charts.toString(),
                        PROMPT)
                .assertSucceeds()
                .out();
        assertTrue(out.contains("gate of the first: score 0."), out);
        assertTrue(out.contains("the first > the second; * is steered by one of them"), out);
        String html = Files.readString(page);
        assertEquals(4, html.split("<table class=\"grid\"", -1).length, "three grids");
        assertTrue(html.contains("<h2>With the setting that it is compared with"), "which grid is which");
        assertTrue(html.contains("<dt>compared with</dt><dd>subtract "), "what the second is");
        assertTrue(Files.exists(charts.resolve("trace-against.svg")));
        assertTrue(Files.readString(charts.resolve("trace-along.svg")).contains("against it"), "three lines");
    }

    @Test
    void whatCannotBeComparedIsSaid() {
        String[] given = {"trace", "--model", demo.bundle(), "--vector", demo.vector()};
        steer(with(given, "--against-method", "subtract", PROMPT))
                .assertWrongUsage("--against-method has no effect without --method");
        steer(with(given, "--method", "scans", "--against-method", "self-cd", PROMPT))
                .assertWrongUsage("--against-method self-cd does not steer along the vector alone");
        String plain = directory.resolve("plain.safetensors").toString();
        steer("vector", "scale", demo.vector(), "--by", "2", "-o", plain).assertSucceeds();
        steer(with(given, "--method", "scans", "--against-method", "add", "--against-vector", plain, PROMPT))
                .assertWrongUsage("plain.safetensors names none. Give --against-layers");
        steer(with(given, "--method", "scans", "--against-vector", "missing.safetensors", PROMPT))
                .assertFails("missing.safetensors");
    }

    private static String[] with(String[] given, String... more) {
        String[] all = java.util.Arrays.copyOf(given, given.length + more.length);
        System.arraycopy(more, 0, all, given.length, more.length);
        return all;
    }

    @Test
    void whatCannotBeTracedIsSaid() {
        steer("trace", "--model", demo.bundle(), "--method", "scans", PROMPT)
                .assertWrongUsage("--method needs --vector");
        steer("trace", "--model", demo.bundle(), "--vector", demo.vector(), "--alpha", "1", PROMPT)
                .assertWrongUsage("--alpha has no effect without --method");
        steer("trace", "--model", demo.bundle(), "  ").assertWrongUsage("PROMPT is blank");
        steer("trace", "--model", demo.bundle(), "--top", "0", PROMPT).assertWrongUsage("--top");
        steer("trace", "--model", directory.toString(), PROMPT).assertFails(directory.toString());
    }
}
