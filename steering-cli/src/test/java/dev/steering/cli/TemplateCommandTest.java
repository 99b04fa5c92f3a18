package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.testkit.Fixtures;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code steer template} as a user types it: every golden case through the command. */
class TemplateCommandTest {
    private static final Path TEMPLATES = Fixtures.path("chat-templates");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    static Stream<Arguments> cases() throws IOException {
        JsonNode cases = JSON.readTree(Files.readString(TEMPLATES.resolve("cases.json")));
        assertEquals(120, cases.size());
        return StreamSupport.stream(cases.spliterator(), false)
                .map(c -> Arguments.of(c.get("tpl").textValue(), c.get("conv").textValue(), c));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void rendersAsPythonDoes(String template, String conversation, JsonNode golden) throws IOException {
        Path context = Files.writeString(directory.resolve("context.json"), JSON.writeValueAsString(golden.get("ctx")));

        CommandRun run = steer(
                "template",
                TEMPLATES.resolve(template + ".jinja").toString(),
                "--context",
                context.toString(),
                "--now",
                "2026-11-20");

        if (golden.get("error").isNull()) {
            run.assertSucceeds();
            assertEquals(golden.get("expected").textValue(), run.out());
            assertEquals("", run.err());
        } else {
            run.assertFails("steer: " + golden.get("error").textValue() + System.lineSeparator());
            assertEquals("", run.out());
        }
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void aDirectoryGivesTheTemplateAndItsTokensUnlessTheContextDoes() throws IOException {
        file(
                "tokenizer_config.json",
                "{\"bos_token\": \"<s>\", \"chat_template\": [{\"name\": \"default\", \"template\": \"{{ bos_token }}"
                        + "{{ messages[0].content }}{{ tools is none }}{{ add_generation_prompt is defined }}\"},"
                        + " {\"name\": \"rag\", \"template\": \"R{{ documents is none }}\"}]}");
        String context = file("c.json", "{\"messages\": [{\"role\": \"user\", \"content\": \"Why?\"}]}");
        String other = file("d.json", "{\"messages\": [{\"content\": \"Why?\"}], \"bos_token\": \"B\", \"tools\": []}");
        String place = directory.toString();

        assertEquals(
                "<s>Why?TrueFalse",
                steer("template", place, "--context", context).out());
        assertEquals(
                "BWhy?FalseFalse", steer("template", place, "--context", other).out());
        assertEquals("<s>How do I bake bread?TrueTrue", steer("template", place).out());
        assertEquals(
                "<s>Why?TrueFalse",
                steer("template", directory.resolve("tokenizer_config.json").toString(), "--context", context)
                        .out());
        assertEquals("RTrue", steer("template", place, "--template", "rag").out());
        steer("template", place, "--template", "tool_use").assertFails("It has: default, rag.");
        steer("template", file("t.jinja", "x"), "--template", "rag").assertWrongUsage("chooses among a directory's");
    }

    @Test
    void theContextCanComeFromStandardInput() throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("{\"x\": \"\u00e9\"}".getBytes(StandardCharsets.UTF_8)));
        try {
            assertEquals(
                    "\u00e9\n",
                    steer("template", file("t.jinja", "{{ x }}\n\n"), "--context", "-")
                            .out());
        } finally {
            System.setIn(before);
        }
    }

    /** Whatever the platform's charset: bytes are compared, of a process of its own. */
    @Test
    void theOutputIsUtf8() throws IOException, InterruptedException {
        String template = file("t.jinja", "{{ 'caf\u00e9 \ud83c\udf70' }}");
        Path out = directory.resolve("out");
        ProcessBuilder process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=ISO-8859-1",
                "dev.steering.cli.Steer",
                "template",
                template);
        process.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        process.environment().put("LC_ALL", "C");
        File err = directory.resolve("err").toFile();

        int exit =
                process.redirectOutput(out.toFile()).redirectError(err).start().waitFor();

        assertEquals(ExitCodes.SUCCESS, exit, () -> "see " + err);
        assertArrayEquals("caf\u00e9 \ud83c\udf70".getBytes(StandardCharsets.UTF_8), Files.readAllBytes(out));
    }

    @Test
    void halfACharacterIsAnError() throws IOException {
        String context = file("c.json", "{\"x\": \"\\ud83d\"}");
        CommandRun run = steer("template", file("t.jinja", "{{ x }}"), "--context", context);
        run.assertFails("half of a surrogate pair");
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "{", "{\"a\": 1} 2", "", "7", "{\"a\": NaN}"})
    void aContextThatIsNoObjectIsNamed(String context) throws IOException {
        steer("template", file("t.jinja", "x"), "--context", file("c.json", context))
                .assertFails("c.json is ");
    }

    @Test
    void aContextThatIsNestedTooDeeplyIsNamed() throws IOException {
        for (int depth : new int[] {150, 900, 5000}) {
            String context = "{\"a\": " + "[".repeat(depth) + "]".repeat(depth) + "}";
            steer("template", file("t.jinja", "x"), "--context", file("c.json", context))
                    .assertFails("c.json is ");
        }
    }

    @Test
    void missingThingsAreNamed() throws IOException {
        String nowhere = directory.resolve("nowhere.jinja").toString();
        steer("template", nowhere).assertFails("nowhere.jinja: no such file");
        steer("template", file("t.jinja", "x"), "--context", nowhere).assertFails("nowhere.jinja: no such file");
        steer("template", directory.toString()).assertFails("has no chat template");
        steer("template", file("u.jinja", "x"), "--now", "yesterday").assertWrongUsage("--now");
        steer("template").assertWrongUsage("TEMPLATE");
    }

    @Test
    void aSyntaxErrorNamesItsLine() throws IOException {
        steer("template", file("t.jinja", "a\nb {% if %}")).assertFails("chat template, line 2: syntax error");
        steer("template", file("t.jinja", "a\n\n{% for x in y %}")).assertFails("chat template, line 3: syntax error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{% for b in range(100000) %}text{% endfor %}{% endfor %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                "{{ 'a' * 1000000000 }}",
                "{{ ''.getClass().forName('java.lang.Runtime').getRuntime().exec('true') }}",
                "{{ messages.getClass() }}",
                "{{ messages[0].content.getBytes() }}",
                "{{ ''.__class__.__mro__[1].__subclasses__() }}",
                "{{ raise_exception.__globals__ }}{{ cycler.__init__.__globals__.os.popen('true').read() }}"
            })
    void aHostileTemplateEndsWithAnError(String template) throws IOException {
        String file = file("t.jinja", template);
        CommandRun run = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> steer("template", file));
        run.assertFails("steer: chat template, line 1: ");
        assertEquals("", run.out());
        assertTrue(run.err().length() < 500, run.err());
    }
}
