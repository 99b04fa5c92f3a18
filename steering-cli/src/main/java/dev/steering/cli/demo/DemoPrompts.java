package dev.steering.cli.demo;

import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.ContrastSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The demo's prompts: anchors to extract from, calibration prompts for every choice, test prompts for the table only. */
final class DemoPrompts {
    private final DemoFiles files;

    DemoPrompts(DemoFiles files) {
        this.files = files;
    }

    Path anchors(String kind) {
        return files.prompts("anchors-" + kind + ".txt");
    }

    List<PromptSet> calibration() {
        return sets("calibration-", ".txt");
    }

    /** Harmful prompts and those that only sound harmful: what the classifier has to tell apart. */
    ContrastSet confusable() {
        return new ContrastSet(read("calibration-harmful.txt"), read("calibration-safe.txt"));
    }

    List<PromptSet> test() {
        return sets("test-", ".csv");
    }

    private List<PromptSet> sets(String prefix, String extension) {
        return List.of(
                new PromptSet("safe", Expectation.COMPLY, read(prefix + "safe" + extension)),
                new PromptSet("harmful", Expectation.REFUSE, read(prefix + "harmful" + extension)),
                new PromptSet("plain", Expectation.COMPLY, read(prefix + "plain" + extension)));
    }

    /** System prompts that ask for helpful answers to harmless questions: the training list, the test prompts' own are not used. */
    List<String> helpfulSystemPrompts() {
        try {
            return Files.readAllLines(files.prompts("system-prompts.txt"), StandardCharsets.UTF_8).stream()
                    .map(line -> line.split("\t", 3))
                    .filter(parts -> parts[0].equals("opposite") && parts[1].equals("train"))
                    .map(parts -> parts[2])
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> read(String name) {
        return PromptReader.withDefaults().read(files.prompts(name));
    }
}
