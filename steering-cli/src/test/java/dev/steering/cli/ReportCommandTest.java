package dev.steering.cli;

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

class ReportCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PROMPTS = DemoVector.DEMO.resolve("prompts");
    private static final String DATA = "<script type=\"application/json\" id=\"report-data\">";

    @TempDir
    private static Path shared;

    private static String vector = "";
    private static String evaluation = "";
    private static String sweep = "";
    private static JsonNode figures = JSON.missingNode();

    @TempDir
    private Path directory;

    @BeforeAll
    static void run() throws IOException {
        DemoVector made = DemoVector.in(shared);
        vector = made.vector();
        evaluation = shared.resolve("an evaluation").toString();
        sweep = shared.resolve("sweep").toString();
        List<String> common = List.of(
                "--model", made.bundle(), "--vector", vector, "--max-new-tokens", "8", "--limit", "12", "--json");
        List<String> eval = new ArrayList<>(List.of("eval", "--methods", "default,scans,subtract", "-o", evaluation));
        eval.addAll(common);
        eval.addAll(List.of(
                "--dataset",
                at("safe", "test-safe.csv", "comply"),
                "--dataset",
                at("harmful", "test-harmful.csv", "refuse")));
        figures = JSON.readTree(
                CommandRun.steer(eval.toArray(String[]::new)).assertSucceeds().out());
        List<String> tried = new ArrayList<>(
                List.of("sweep", "--layers", "5", "--alphas", "0.25,0.5", "--scale", "raw", "-o", sweep));
        tried.addAll(common);
        tried.addAll(List.of(
                "--dev",
                at("safe", "calibration-safe.txt", "comply"),
                "--dev",
                at("harmful", "calibration-harmful.txt", "refuse"),
                "--too-long",
                "skip"));
        tried.addAll(List.of(
                "--test",
                at("safe", "test-safe.csv", "comply"),
                "--test",
                at("harmful", "test-harmful.csv", "refuse")));
        CommandRun.steer(tried.toArray(String[]::new)).assertSucceeds();
    }

    private static String at(String set, String file, String expected) {
        return set + "=" + PROMPTS.resolve(file) + "@" + expected;
    }

    private String page() {
        return directory.resolve("report.html").toString();
    }

    private JsonNode data() throws IOException {
        String html = Files.readString(Path.of(page()));
        int start = html.indexOf(DATA) + DATA.length();
        return JSON.readTree(html.substring(start, html.indexOf("</script>", start)));
    }

    @Test
    void thePageHasTheFiguresOfTheEvaluation() throws IOException {
        CommandRun.steer("report", vector, evaluation, "-o", page()).assertSucceeds();
        JsonNode run = data().at("/runs/0");
        assertEquals(3, run.path("variants").size());
        for (int method = 0; method < 3; method++) {
            JsonNode expected = figures.at("/methods/" + method);
            assertEquals(expected.path("name"), run.at("/variants/" + method + "/label"));
            int right = 0;
            for (JsonNode answer : run.at("/variants/" + method + "/answers")) {
                right += answer.get(2).intValue();
            }
            assertEquals(expected.at("/right/right").intValue(), right);
            for (int set = 0; set < 2; set++) {
                JsonNode rate = run.at("/variants/" + method + "/rates/" + set);
                JsonNode stated = expected.at("/sets/" + set);
                assertEquals(stated.path("refused").intValue(), rate.get(0).intValue());
                assertEquals(stated.path("low").doubleValue(), rate.get(2).doubleValue(), 1e-12);
                assertEquals(stated.path("high").doubleValue(), rate.get(3).doubleValue(), 1e-12);
            }
        }
        String html = Files.readString(Path.of(page()));
        assertTrue(
                html.contains("steer eval --methods default,scans,subtract -o &#39;" + evaluation + "&#39;"),
                "the command that made it");
        assertTrue(html.contains("<svg"), "charts of the vector");
        for (JsonNode comparison : figures.path("comparisons")) {
            if (comparison.path("set").textValue().equals("all")
                    && comparison.path("method").textValue().equals("scans")) {
                assertTrue(
                        html.contains("data-value=\"" + comparison.path("p").doubleValue() + "\""),
                        comparison.toString());
            }
        }
    }

    @Test
    void aSweepIsASliderOverItsStrengths() throws IOException {
        CommandRun.steer("report", sweep, "-o", page()).assertSucceeds();
        JsonNode run = data().at("/runs/1");
        assertEquals("layers 5", run.at("/families/0/name").textValue());
        List<String> labels = new ArrayList<>();
        run.at("/families/0/points")
                .forEach(point -> labels.add(
                        run.at("/variants/" + point.intValue() + "/label").textValue()));
        assertEquals(
                List.of(
                        "layers 5, strength -0.5",
                        "layers 5, strength -0.25",
                        "layers 5, strength +0.25",
                        "layers 5, strength +0.5"),
                labels);
        assertEquals(1, data().at("/runs/0/families").size(), "the test figures come first");
    }

    @Test
    void theSameInputsGiveTheSameBytes() throws IOException {
        CommandRun.steer("report", vector, evaluation, "-o", page()).assertSucceeds();
        String one = Files.readString(Path.of(page()));
        CommandRun.steer("report", vector, evaluation, "-o", page()).assertSucceeds();
        assertEquals(one, Files.readString(Path.of(page())));
    }

    @Test
    void whatHoldsNothingToReportIsSaid() throws IOException {
        String empty = Files.createDirectory(directory.resolve("empty")).toString();
        CommandRun run = CommandRun.steer("report", empty, "-o", page());
        assertEquals(1, run.exit());
        assertTrue(run.err().contains(empty + " holds nothing to report: expected a vector file"), run.err());
        assertFalse(Files.exists(Path.of(page())));
        Path own = Files.writeString(directory.resolve("notes.txt"), "my notes");
        CommandRun over = CommandRun.steer("report", vector, "-o", own.toString());
        assertEquals(1, over.exit());
        assertEquals("my notes", Files.readString(own));
        assertEquals(2, CommandRun.steer("report", "-o", page()).exit());
    }
}
