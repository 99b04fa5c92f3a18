package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that want all the time, memory or stack there is: each must end with an error, soon. */
class HostileTemplateTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{% for b in range(100000) %}some text{% endfor %}{% endfor %}",
                "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
                "{% set ns = namespace(x=3) %}{% for i in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
                "{% set a = 'a' * 5000000 %}{% for i in range(9999) %}{{ ('a' * 99999 ~ 'b') in a }}{% endfor %}",
                "{% set a = 'a' * 1000000 %}{% for i in range(9999) %}{% set x = a.split('a') %}{% endfor %}",
                "{% set a = 'ß' * 1000000 %}{% for i in range(9999) %}{% set x = a.upper() %}{% endfor %}",
                "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
                "{{ 'a' * 1000000000 }}",
                "{{ [0] * 100000000000 }}",
                "{{ 10 ** 1000000000 }}",
                "{{ ('9' * 1000000) | int }}",
                "{{ 'a'.center(1000000000) }}",
                "{{ '%999999999d' % 1 }}",
                "{{ '{:>999999999}'.format(1) }}",
                "{{ '%.999999999f' % 1.5 }}",
                "{{ 'a' | indent(1000000000, true) }}",
                "{{ [1] | tojson(indent=1000000000) }}",
                "{{ range(1000000000) }}",
                "{{ [1] | batch(1000000000, 0) | list }}",
                "{{ ([('a' * 1000000)] * 10000) | join }}",
                "{{ ('a' * 1000000).replace('a', 'a' * 1000000) }}",
                "{{ strftime_now('%c' * 10000000) }}"
            })
    void bigWorkEnds(String template) {
        ends(template, "too |limit|too big");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f(a=f()) %}{% endmacro %}{{ f() }}",
                "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{% set n = namespace(x=1) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}",
                "{% set n = namespace(x=1) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x|tojson }}",
                "{% set n = namespace(x=[]) %}{% for i in range(9999) %}{% set n.x = n.x|select %}{% endfor %}{{ n.x|list }}",
                "{% set n = namespace() %}{% set n.x = n %}{{ n }}"
            })
    void deepRecursionEnds(String template) {
        ends(template, "recursion depth");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"(,)", "[,]", "{1:,}", "not ,''", "- ,''", "a(,)", "a[,]", "1 if 1 else ,''"})
    void deepNestingIsRefused(String open, String close) {
        ends("{{ " + open.repeat(20_000) + "1" + close.repeat(20_000) + " }}", "nested too deeply");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1", ".a", "|trim", "()", " or 1", " and 1", "**1", "[0]"})
    void longChainsAreRefused(String link) {
        ends("{{ 1" + link.repeat(20_000) + " }}", "recursion depth");
    }

    private static void ends(String template, String reason) {
        TemplateException e = assertTimeoutPreemptively(
                SOON,
                () -> assertThrows(TemplateException.class, () -> ChatTemplate.parse(template)
                        .render(Map.of())));
        assertTrue(
                reason.contains("|")
                        ? e.reason().matches("(?s).*(" + reason + ").*")
                        : e.reason().contains(reason),
                e.reason());
    }
}
