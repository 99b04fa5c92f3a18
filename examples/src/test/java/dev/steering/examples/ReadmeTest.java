package dev.steering.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code in README and docs is the examples' code, which is compiled, and which {@link ExamplesTest} runs. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Path SOURCES = Path.of("src/main/java/dev/steering/examples");
    private static final Path OUTSIDE = Path.of("outside/named/src/main/java");
    private static final Path LANGCHAIN4J =
            ROOT.resolve("integrations/langchain4j/src/test/java/dev/steering/langchain4j/example");
    private static final Path SPRING_AI =
            ROOT.resolve("integrations/spring-ai/src/test/java/dev/steering/springai/example");
    private static final Pattern SNIPPET = Pattern.compile("^```java\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)\\s]*)?\\)");

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (String directory : List.of("", "docs", "examples/demo-model")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
            }
        }
        return documents;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path directory : List.of(SOURCES, OUTSIDE, LANGCHAIN4J, SPRING_AI)) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
            }
        }
        return sources;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everySnippetIsCodeOfAnExample(Path document) throws IOException {
        List<String> code = new ArrayList<>();
        for (Path source : sources()) {
            code.add(squeeze(Files.readString(source)));
        }
        for (String snippet : snippets(document)) {
            assertTrue(code.stream().anyMatch(source -> source.contains(squeeze(snippet))), snippet);
        }
    }

    @Test
    void theDocumentsForApplicationsHaveSnippets() throws IOException {
        assertEquals(1, snippets(ROOT.resolve("README.md")).size());
        for (String document :
                List.of("library", "library-setup", "add-a-method", "methods", "evaluation", "integrations")) {
            assertFalse(snippets(ROOT.resolve("docs").resolve(document + ".md")).isEmpty(), document);
        }
    }

    @Test
    void everyExampleIsRun() throws IOException {
        String tests = Files.readString(Path.of("src/test/java/dev/steering/examples/ExamplesTest.java"));
        List<String> forgotten = new ArrayList<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                boolean example = Files.readString(file).contains("public static void main(");
                if (example && !tests.contains(name + "::main")) {
                    forgotten.add(name);
                }
            }
        }
        assertEquals(List.of(), forgotten);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkToAFileLeadsToOne(Path document) throws IOException {
        List<String> broken = new ArrayList<>();
        Matcher matcher = LINK.matcher(Files.readString(document));
        while (matcher.find()) {
            String target = matcher.group(1);
            Path directory = document.toAbsolutePath().getParent();
            if (!target.contains(":") && directory != null && !Files.exists(directory.resolve(target))) {
                broken.add(target);
            }
        }
        assertEquals(List.of(), broken);
    }

    /** Every class of the table of equations is there, and has the methods that stand beside it. */
    @Test
    void theCodeOfEveryEquationIsThere() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/architecture.md"));
        List<String> rows = text.substring(text.indexOf("\n## Equations"))
                .lines()
                .filter(line -> line.startsWith("|") && line.contains("`"))
                .toList();
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            String[] cells = row.split("\\|", -1);
            StringBuilder code = new StringBuilder();
            for (String name : quoted(cells[3])) {
                Path source = source(name);
                if (Files.exists(source)) {
                    code.append(Files.readString(source));
                } else {
                    missing.add(source.toString());
                }
            }
            quoted(cells[4]).stream().filter(method -> code.indexOf(method) < 0).forEach(method -> missing.add(row));
        }
        assertTrue(rows.size() > 25, rows.toString());
        assertEquals(List.of(), missing);
    }

    /** The file of a class that is written without {@code dev.steering}; of a nested one, that of its class. */
    private static Path source(String name) {
        String outer = name.replaceFirst("^([a-z.]+[A-Z][A-Za-z]+).*", "$1");
        String module = "steering-" + name.substring(0, name.indexOf('.'));
        return ROOT.resolve(module).resolve("src/main/java/dev/steering/" + outer.replace('.', '/') + ".java");
    }

    private static List<String> quoted(String cell) {
        return Pattern.compile("`([^`]+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static List<String> snippets(Path document) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher matcher = SNIPPET.matcher(Files.readString(document));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static String squeeze(String text) {
        return text.replaceAll("\\s+", "");
    }
}
