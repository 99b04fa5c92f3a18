package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small templates over the whole language: the same text, or the same error, as jinja2 (see the resource's README). */
class JinjaDifferentialTest {
    private static final JsonNode FILE = JinjaCases.json(Path.of("src/test/resources/jinja-cases/cases.json"));
    private static final Map<String, Object> CONTEXT = JinjaCases.map(FILE.get("context"));

    static Stream<Arguments> cases() {
        return StreamSupport.stream(FILE.get("cases").spliterator(), false)
                .map(c -> Arguments.of(c.get("template").textValue(), c));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void rendersAsPythonDoes(String template, JsonNode expectation) {
        JinjaCases.check(template, CONTEXT, expectation);
    }

    @Test
    void casesWereMadeByJinja() {
        assertTrue(FILE.get("madeBy").textValue().startsWith("jinja2 3.1"));
        assertTrue(FILE.get("cases").size() > 900);
    }
}
