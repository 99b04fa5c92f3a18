package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer extract --method optimized} and what is done with its files, as a user types it. */
class LearnCommandTest {
    private static final Path DEMO = DemoVector.DEMO;

    @TempDir
    private static Path directory;

    private static String bundle;
    private static String harmful;
    private static String harmless;

    @BeforeAll
    static void prepare() throws IOException {
        FewAnchors few = FewAnchors.in(directory);
        bundle = few.bundle();
        harmful = few.harmful();
        harmless = few.harmless();
    }

    private static CommandRun learn(String model, Path output, String... more) {
        List<String> line = new ArrayList<>(List.of("extract", "--method", "optimized", "--model", model));
        line.addAll(List.of("--harmful", harmful, "--harmless", harmless, "--epochs", "2", "-o", output.toString()));
        line.addAll(List.of(more));
        return steer(line.toArray(String[]::new));
    }

    @Test
    void learnedDirectionsAreAnchoredDrawnInspectedUsedAndCompared() throws IOException {
        Path file = directory.resolve("learned.safetensors");
        Path charts = directory.resolve("charts");
        Path anchors = directory.resolve("anchors.jsonl");
        String out = learn(
                        bundle,
                        file,
                        "--layers",
                        "3,5",
                        "--save-anchors",
                        anchors.toString(),
                        "--charts",
                        charts.toString())
                .assertSucceeds()
                .out();
        assertTrue(out.contains("layer 3 vector   epoch  2/2  training loss"), out);
        assertTrue(out.contains("learned from 24 anchor pairs, demo-model; 4 gradient steps over"), out);
        assertTrue(out.contains("The other layers keep the mean difference."), out);
        assertTrue(
                out.matches(
                        "(?s).*Next: steer layers \\S+ --model \\S+ --layers [35] --scale raw --alpha 1 --harmful \\S+ --harmless \\S+\\R.*"),
                out);
        assertTrue(Files.notExists(directory.resolve("learned.safetensors.tuning")));

        Path again = directory.resolve("again.safetensors");
        steer(
                        "extract",
                        "--method",
                        "optimized",
                        "--model",
                        bundle,
                        "--anchors",
                        anchors.toString(),
                        "--layers",
                        "3,5",
                        "--epochs",
                        "2",
                        "-o",
                        again.toString())
                .assertSucceeds();
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again), "the same pairs and seed");

        String text = steer("inspect", file.toString()).assertSucceeds().out();
        assertTrue(text.contains("extracted    optimized of 8 harmful and 8 harmless prompts"), text);
        assertTrue(text.contains("learned      layers 3,5 from random; the others keep the mean difference"), text);
        String json =
                steer("inspect", file.toString(), "--json").assertSucceeds().out();
        assertTrue(json.contains("\"mean_difference_loss\""), json);

        CommandRun others = layers(file, "--layers", "2-3").assertSucceeds();
        assertTrue(others.err().contains("warning: layers 2 were not learned"), others.err());
        String anchored = layers(file, "--layers", "3,5").assertSucceeds().err();
        assertFalse(anchored.contains("were not learned"), anchored);
        assertTrue(
                anchored.contains("steer: warning: What was learned at layer 3 is no better than the mean difference"),
                anchored);
        String drawn = directory.resolve("drawn").toString();
        steer("chart", file.toString(), "-o", drawn).assertSucceeds();
        for (String chart : List.of("learning-loss.svg", "learning-layers.svg")) {
            assertArrayEquals(
                    Files.readAllBytes(charts.resolve(chart)), Files.readAllBytes(Path.of(drawn, chart)), chart);
        }
        steer("generate", "--model", bundle, "--vector", file.toString(), "--method", "subtract", "What is a wasp?")
                .assertSucceeds();
        compare(file);
    }

    /** Anchored by leaving one of the extraction's own prompts out at a time. */
    private static CommandRun layers(Path vector, String... more) {
        List<String> command = new ArrayList<>(List.of("layers", vector.toString(), "--model", bundle));
        command.addAll(List.of("--harmful", harmful, "--harmless", harmless));
        command.addAll(List.of(more));
        return steer(command.toArray(String[]::new));
    }

    /** The learned vector and the mean difference side by side, each with its own layers and strength. */
    private static void compare(Path learned) throws IOException {
        String mean = directory.resolve("mean.safetensors").toString();
        steer("extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", mean)
                .assertSucceeds();
        layers(Path.of(mean)).assertSucceeds();
        String own = "subtract@" + learned;
        String table = steer(
                        "eval",
                        "--model",
                        bundle,
                        "--vector",
                        mean,
                        "--methods",
                        "default,subtract," + own + ",random@" + learned,
                        "--allow-overlap",
                        "--max-new-tokens",
                        "8",
                        "--dataset",
                        "bad=" + harmful + "@refuse",
                        "--dataset",
                        "good=" + harmless + "@comply",
                        "-o",
                        directory.resolve("evaluation").toString())
                .assertSucceeds()
                .out();
        assertTrue(table.contains(own), table);
        String summary = Files.readString(directory.resolve("evaluation/summary.md"));
        assertTrue(summary.contains("- " + own + ": "), summary);
        assertTrue(summary.contains("after layers 3,5"), summary);
    }

    @Test
    void aDivergingRunLeavesTheOldFileAndAStateThatCanBeFinished() throws IOException {
        Path file = Files.writeString(directory.resolve("old.safetensors"), "old");
        String[] wild = {
            "--learning-rate", "1e200", "--batch", "1", "--layers", "4", "--start", "mean-difference", "--force"
        };
        learn(bundle, file, wild)
                .assertFails(
                        "is kept in " + file + ".tuning: the best so far can be saved from it.",
                        "--finish saves the best so far");
        assertEquals("old", Files.readString(file));
        List<String> finish = new ArrayList<>(List.of(wild));
        finish.add("--finish");
        String out = learn(bundle, file, finish.toArray(String[]::new))
                .assertSucceeds()
                .out();
        assertTrue(out.contains("finished by hand"), out);
    }

    @Test
    void bundlesWithoutGradientsAreRefused() {
        Path output = directory.resolve("none.safetensors");
        for (String precision : List.of("int8", "fp16")) {
            String other = directory.resolve(precision).toString();
            steer("export", DEMO.resolve("hf").toString(), "-o", other, "--dtype", precision)
                    .assertSucceeds();
            learn(other, output).assertFails("Gradients need a bundle in single precision");
        }
        assertTrue(Files.notExists(output));
    }

    @Test
    void whatIsMissingOrWouldBeIgnoredIsNamed() throws IOException {
        Path output = directory.resolve("x.safetensors");
        learn(bundle, output, "--layers", "6")
                .assertFails("There is no layer 6 to learn at: the model has the layers 0 to 5.");
        learn(bundle, output, "--anchors", "pairs.jsonl")
                .assertFails("--anchors brings complete pairs: leave --harmful");
        learn(bundle, output, "--start", "zero").assertWrongUsage("expected random or mean-difference, found 'zero'");
        learn(bundle, directory.resolve("nowhere/x.safetensors")).assertFails("does not exist. Create it first.");
        String[] mean = {
            "extract", "--model", bundle, "--harmful", harmful, "--harmless", harmless, "-o", output.toString()
        };
        for (String option : List.of("--epochs", "--layers", "--seed", "--own-responses")) {
            List<String> line = new ArrayList<>(List.of(mean));
            line.addAll(List.of(option, "1"));
            steer(line.toArray(String[]::new))
                    .assertWrongUsage(option + " belongs to --method optimized: mean-difference would ignore it.");
        }
        learn(bundle, directory).assertFails("it is a directory, expected the name of a file");
        steer("extract", "--model", bundle, "--harmful", harmful, "-o", output.toString())
                .assertWrongUsage("Missing required options: '--harmful=FILE' and '--harmless=FILE'");
        Path oneKind = Files.writeString(
                directory.resolve("one-kind.jsonl"),
                "{\"prompt\": \"p\", \"response\": \"r\", \"label\": \"harmful\", \"kind\": \"refusal\"}\n");
        steer(
                        "extract",
                        "--method",
                        "optimized",
                        "--model",
                        bundle,
                        "--anchors",
                        oneKind.toString(),
                        "-o",
                        output.toString())
                .assertFails("there are no harmful prompts with answers");
        Path empty = Files.writeString(directory.resolve("empty.txt"), "");
        steer(
                        "extract",
                        "--method",
                        "optimized",
                        "--model",
                        bundle,
                        "--harmful",
                        empty.toString(),
                        "--harmless",
                        harmless,
                        "-o",
                        output.toString())
                .assertFails("empty.txt");
        Path longPrompt = Files.writeString(directory.resolve("long.txt"), "word ".repeat(140) + "\nWhat is a wasp?\n");
        steer(
                        "extract",
                        "--method",
                        "optimized",
                        "--model",
                        bundle,
                        "--harmful",
                        harmful,
                        "--harmless",
                        longPrompt.toString(),
                        "-o",
                        output.toString())
                .assertFails("the context of demo-model is 128");
        steer(
                        "eval",
                        "--model",
                        bundle,
                        "--methods",
                        "default,self-cd@x",
                        "--dataset",
                        harmful + "@refuse",
                        "--dataset",
                        harmless + "@comply",
                        "-o",
                        directory.resolve("e").toString())
                .assertFails("The method self-cd steers with no vector");
        assertTrue(Files.notExists(output));
    }
}
