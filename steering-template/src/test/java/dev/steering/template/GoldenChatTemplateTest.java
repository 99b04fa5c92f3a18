package dev.steering.template;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.testkit.Fixtures;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates that follow the published ones in structure, byte for byte as Python renders them. */
class GoldenChatTemplateTest {
    static Stream<Arguments> cases() {
        JsonNode cases = JinjaCases.json(Fixtures.path("chat-templates/cases.json"));
        return StreamSupport.stream(cases.spliterator(), false)
                .map(c -> Arguments.of(c.get("tpl").textValue(), c.get("conv").textValue(), c));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void rendersAsPythonDoes(String template, String conversation, JsonNode expectation) {
        String source = JinjaCases.text(Fixtures.path("chat-templates/" + template + ".jinja"));
        JinjaCases.check(source, JinjaCases.map(expectation.get("ctx")), expectation);
    }
}
