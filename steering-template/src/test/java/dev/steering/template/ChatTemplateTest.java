package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.testkit.Fixtures;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final Map<String, Object> NOTHING = Map.of();

    private static String render(String template, Map<String, ?> context) {
        return ChatTemplate.parse(template).render(context);
    }

    @Test
    void rendersMessages() {
        ChatTemplate template = ChatTemplate.parse("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}");
        Map<String, Object> context = Map.of(
                "messages",
                List.of(
                        Map.of("role", "user", "content", "How do I bake bread?"),
                        Map.of("role", "assistant", "content", "Slowly.")));
        assertEquals("<user>How do I bake bread?<assistant>Slowly.", template.render(context));
    }

    @Test
    void messageOfTheTemplateIsExact() {
        TemplateException e = assertThrows(
                TemplateException.class, () -> render("\n{{ raise_exception('Only ' ~ 2 ~ ' roles!') }}", NOTHING));
        assertTrue(e.raisedByTemplate());
        assertEquals("Only 2 roles!", e.getMessage());
        assertEquals("Only 2 roles!", e.reason());
        assertEquals(2, e.line());
    }

    @Test
    void otherErrorsNameTheLine() {
        TemplateException e = assertThrows(
                TemplateException.class, () -> render("a\n{% if true %}\n{{ 'x' + none }}\n{% endif %}", NOTHING));
        assertFalse(e.raisedByTemplate());
        assertEquals("can only concatenate str (not \"NoneType\") to str", e.reason());
        assertEquals("chat template, line 3: can only concatenate str (not \"NoneType\") to str", e.getMessage());
    }

    @Test
    void syntaxErrorsNameTheLine() {
        TemplateException e =
                assertThrows(TemplateException.class, () -> ChatTemplate.parse("{% if x %}\n\n{% endfor %}"));
        assertEquals(
                "chat template, line 3: syntax error: Encountered unknown tag 'endfor'. Jinja was looking for the"
                        + " following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is"
                        + " 'if'.",
                e.getMessage());
    }

    @Test
    void statementsForManyTemplatesAreRefusedByName() {
        TemplateException e = assertThrows(TemplateException.class, () -> ChatTemplate.parse("{% include 'other' %}"));
        assertEquals("'include' is not supported: a chat template stands alone", e.reason());
    }

    @Test
    void clockIsRead() {
        ChatTemplate template = ChatTemplate.parse("{{ strftime_now('%d %b %Y %H:%M') }}");
        Clock clock = Clock.fixed(Instant.parse("2024-07-06T23:30:00Z"), ZoneOffset.ofHours(2));
        assertEquals("07 Jul 2024 01:30", template.withClock(clock).render(NOTHING));
        assertEquals(template.source(), template.withClock(clock).source());
    }

    @Test
    void contextHidesGlobals() {
        assertEquals("5", render("{{ range }}", Map.of("range", 5)));
    }

    @Test
    void nullIsNoneAndAbsentIsUndefined() {
        Map<String, Object> context = new HashMap<>();
        context.put("x", null);
        assertEquals("True True False", render("{{ x is defined }} {{ x is none }} {{ y is defined }}", context));
    }

    @Test
    void numbersBecomePythonNumbers() {
        Map<String, Object> context = Map.of(
                "i", 1, "s", (short) 2, "f", 0.5f, "d", 1e20, "b", BigInteger.TWO.pow(70), "e", new BigDecimal("2.50"));
        assertEquals(
                "1 2 0.5 1e+20 1180591620717411303424 2.5",
                render("{{ i }} {{ s }} {{ f }} {{ d }} {{ b }} {{ e }}", context));
    }

    @Test
    void keepsTheOrderOfMaps() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", Arrays.asList(true, null));
        assertEquals("{\"z\": 1, \"a\": [true, null]}", render("{{ m | tojson }}", Map.of("m", map)));
    }

    @Test
    void refusesObjects() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> render("", Map.of("x", List.of(Thread.currentThread()))));
        assertEquals(
                "a template's context holds null, strings, booleans, numbers, lists and maps; found a java.lang.Thread",
                e.getMessage());
    }

    @Test
    void refusesCycles() {
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);
        assertThrows(IllegalArgumentException.class, () -> render("", Map.of("x", cycle)));
    }

    @Test
    void javaIsOutOfReach() {
        for (String attribute : List.of("class", "getClass", "hashCode", "length", "bytes", "isEmpty", "chars")) {
            assertEquals("False", render("{{ x." + attribute + " is defined }}", Map.of("x", "text")), attribute);
            assertEquals("False", render("{{ x." + attribute + " is defined }}", Map.of("x", List.of(1))), attribute);
            assertEquals("False", render("{{ x." + attribute + " is defined }}", Map.of("x", Map.of())), attribute);
        }
        TemplateException e =
                assertThrows(TemplateException.class, () -> render("{{ x.__class__.__mro__ }}", Map.of("x", "text")));
        assertEquals("access to attribute '__class__' of 'str' object is unsafe.", e.reason());
    }

    @Test
    void oneTemplateServesManyThreads() {
        ChatTemplate template = ChatTemplate.parse(
                "{% set ns = namespace(n=0) %}{% for i in range(k) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");
        boolean allRight = IntStream.range(0, 200).parallel().allMatch(k -> template.render(Map.of("k", k))
                .equals(String.valueOf(k * (k - 1) / 2)));
        assertTrue(allRight);
    }

    @Test
    void longConversationsFitTheBudget() {
        String content = "All work and no play makes Jack a dull boy. ".repeat(200);
        List<Map<String, String>> messages = IntStream.range(0, 400)
                .mapToObj(i -> Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", content))
                .toList();
        String source = JinjaCases.text(Fixtures.path("chat-templates/qwen3.jinja"));
        assertTrue(render(source, Map.of("messages", messages)).length() > 400 * content.length() - 400);
    }
}
