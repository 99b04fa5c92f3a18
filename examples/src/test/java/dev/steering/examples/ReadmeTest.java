package dev.steering.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The code in README and docs is the examples' code, which is compiled and run. */
class ReadmeTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/steering/examples");
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({
        "README.md, ExtractVectors",
        "README.md, InspectLayers",
        "README.md, ApplyVector",
        "docs/methods.md, CompareMethods"
    })
    void showsTheBodyOfEachExample(String document, String name) throws IOException {
        String source = squeeze(Files.readString(SOURCES.resolve(name + ".java")));

        assertTrue(snippets(document).stream().map(ReadmeTest::squeeze).anyMatch(source::contains), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/methods.md"})
    void everySnippetIsTheBodyOfAnExample(String document) throws IOException {
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                sources.append(squeeze(Files.readString(file)));
            }
        }
        for (String snippet : snippets(document)) {
            assertTrue(sources.indexOf(squeeze(snippet)) >= 0, snippet);
        }
    }

    private static List<String> snippets(String document) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher matcher = SNIPPET.matcher(Files.readString(Path.of("..").resolve(document)));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static String squeeze(String text) {
        return text.replaceAll("\\s+", "");
    }
}
