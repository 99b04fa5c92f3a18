package dev.steering.cli.demo;

import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.ContrastSet;
import dev.steering.eval.compare.ComparedPrompts;
import dev.steering.eval.dataset.Selection;
import dev.steering.eval.jailbreak.AttackTemplates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo's prompts: anchors to extract from, calibration prompts for every choice, test prompts for the table only. */
final class DemoPrompts {
    /** Those that leave room in the demo model's context. */
    private static final List<String> FRAMES = List.of("role-play", "prefix", "translation", "multi-turn");

    private static final int FRAMED = 60;
    private static final int CURVE = 40;

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

    /** The test prompts, and harmful ones of them in frames. */
    List<PromptSet> test() {
        List<PromptSet> sets = new ArrayList<>(sets("test-", ".csv"));
        List<Prompt> questions = sets.get(1).rows().subList(0, FRAMED);
        List<Prompt> framed = FRAMES.stream()
                .map(AttackTemplates::builtIn)
                .flatMap(frame -> questions.stream().map(frame::wrap))
                .toList();
        sets.add(2, new PromptSet("jailbreak", Expectation.REFUSE, framed));
        return sets;
    }

    /** Some prompts of a split, for curves: harmful ones in frames, too. */
    ComparedPrompts curves(boolean development) {
        List<PromptSet> sets = development ? calibration() : sets("test-", ".csv");
        return ComparedPrompts.of(new Selection(CURVE, false, 0).of(sets.subList(0, 2)))
                .framed(FRAMES.stream().map(AttackTemplates::builtIn).toList(), CURVE / 2);
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
