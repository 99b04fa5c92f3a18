package dev.steering.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's code is the examples' code, which is compiled and run. */
class ReadmeTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"ExtractVectors", "InspectLayers", "ApplyVector"})
    void readmeShowsTheBodyOfEachExample(String name) throws IOException {
        String source = squeeze(Files.readString(Path.of("src/main/java/dev/steering/examples/" + name + ".java")));

        assertTrue(snippets().stream().map(ReadmeTest::squeeze).anyMatch(source::contains), name);
    }

    @Test
    void everySnippetIsTheBodyOfAnExample() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String name : List.of("ExtractVectors", "InspectLayers", "ApplyVector")) {
            sources.append(squeeze(Files.readString(Path.of("src/main/java/dev/steering/examples/" + name + ".java"))));
        }
        for (String snippet : snippets()) {
            assertTrue(sources.indexOf(squeeze(snippet)) >= 0, snippet);
        }
    }

    private static List<String> snippets() throws IOException {
        List<String> found = new ArrayList<>();
        Matcher matcher = SNIPPET.matcher(Files.readString(Path.of("../README.md")));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static String squeeze(String text) {
        return text.replaceAll("\\s+", "");
    }
}
