package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Text that is marked as safe escapes what is added to it, as in jinja2: see the resources' README. */
class MarkupTest {
    private static final JsonNode FILE = JinjaCases.json(Path.of("src/test/resources/jinja-cases/markup.json"));

    static Stream<Arguments> cases() {
        assertTrue(FILE.path("cases").size() > 70);
        return StreamSupport.stream(FILE.path("cases").spliterator(), false)
                .map(each -> Arguments.of(each.get(0).asText(), each.get(1).asText()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void addsAndKeepsWhatJinja2Does(String template, String expected) {
        Map<String, Object> context = JinjaCases.map(FILE.path("context"));
        assertEquals(expected, ChatTemplate.parse(template).render(context));
    }

    @Test
    void markingOneStringMarksNoOtherThatEqualsIt() {
        Budget budget = new Budget();
        String plain = "<i>";
        String marked = Markup.mark(plain, budget);

        assertNotSame(plain, marked);
        assertTrue(Markup.is(marked, budget));
        assertEquals("&lt;i&gt;", Markup.escape(plain, budget));
        assertEquals("<i>", Markup.escape(marked, budget));
        assertEquals("&lt;i&gt;", Markup.escape(marked, new Budget()));
    }

    @Test
    void marksInALoopEndWithTheBudget() {
        ChatTemplate hostile = ChatTemplate.parse("{% set ns = namespace(n=[]) %}{% for a in range(90000) %}"
                + "{% for b in range(90000) %}{% set c = x|safe %}{% endfor %}{% endfor %}");
        TemplateException e =
                assertThrows(TemplateException.class, () -> hostile.render(Map.of("x", "<i>", "messages", List.of())));
        assertTrue(e.getMessage().contains("too much"), e.getMessage());
    }
}
