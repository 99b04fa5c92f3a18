package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The libraries' texts never name commands and options of {@code steer}: a program that uses them has neither. */
class LibraryMessagesTest {
    private static final List<String> LIBRARIES = List.of(
            "steering-core",
            "steering-parquet",
            "steering-template",
            "steering-model",
            "steering-export",
            "steering-gradient",
            "steering-extract",
            "steering-apply",
            "steering-eval",
            "viz",
            "bench");

    private static final Pattern LITERAL = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

    /** An option, or a command as people type it. */
    private static final Pattern COMMAND_LINE = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+|\\bsteer (?:"
            + String.join("|", Steer.commandLine().getSubcommands().keySet()) + ")\\b");

    @Test
    void noLibraryNamesTheCommandLine() throws IOException {
        List<String> found = new ArrayList<>();
        for (String library : LIBRARIES) {
            Path sources = Path.of("..", library, "src", "main", "java");
            List<Path> files;
            try (Stream<Path> walk = Files.walk(sources)) {
                files = walk.filter(file -> file.toString().endsWith(".java")).toList();
            }
            assertTrue(files.size() > 5, () -> sources + " has " + files.size() + " files");
            for (Path file : files) {
                namings(file.getFileName().toString(), Files.readAllLines(file)).forEach(found::add);
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void theRuleFindsWhatItIsAbout() {
        List<String> lines = List.of(
                " * {@code steer layers} in Javadoc, and \"--alpha\" there",
                "// \"--alpha\" in a comment",
                "text(\"Give --alpha.\");",
                "text(\"\\\"Run\\\" steer layers first.\");",
                "text(\"layers to steer\", \"steer less\", \"a -- b\", \"---\");",
                "call(\"a\", --missing);");

        assertEquals(
                List.of("A: text(\"Give --alpha.\");", "A: text(\"\\\"Run\\\" steer layers first.\");"),
                namings("A", lines));
    }

    private static List<String> namings(String name, List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.startsWith("*") && !line.startsWith("/"))
                .filter(line -> LITERAL.matcher(line).results().anyMatch(literal -> COMMAND_LINE
                        .matcher(literal.group())
                        .find()))
                .map(line -> name + ": " + line)
                .toList();
    }
}
