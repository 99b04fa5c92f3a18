package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code steer generate} is given to answer, and how its answers come out. */
class GenerateConversationTest {
    @TempDir
    static Path directory;

    private static Generating generating = new Generating("", "");
    private static final String CONVERSATION = "src/test/resources/conversation.json";

    @BeforeAll
    static void export() {
        generating = Generating.in(directory);
    }

    /** Different questions one after the other: the longest is written first, and has to wait for those before it. */
    @Test
    void answersComeInTheOrderOfThePrompts() {
        List<String> prompts =
                List.of("What is a wasp?", "How do I kill a Python process that does not answer?", "Hello");
        for (String batch : List.of("1", "8")) {
            List<String> line = new ArrayList<>(List.of(
                    "generate", "--model", generating.bundle(), "--max-new-tokens", "8", "--json", "--batch", batch));
            line.addAll(prompts);
            List<String> answers = CommandRun.steer(line.toArray(String[]::new))
                    .assertSucceeds()
                    .out()
                    .lines()
                    .toList();
            assertEquals(3, answers.size());
            for (int i = 0; i < 3; i++) {
                assertTrue(answers.get(i).contains("\"prompt\":\"" + prompts.get(i) + "\""), answers.get(i));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"--json", "--stream", "--batch 1"})
    void outputThatIsLostEndsTheWork(String options) {
        StringBuilder attempted = new StringBuilder();
        StringWriter err = new StringWriter();
        Writer closed = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                attempted.append(text, from, length);
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        List<String> line = new ArrayList<>(List.of("generate", "--model", generating.bundle()));
        line.addAll(List.of(options.split(" ")));
        line.add(Generating.PROMPT);
        if (!options.equals("--stream")) {
            line.addAll(List.of("Hello", "What is a wasp?"));
        }
        int exit = Steer.execute(
                Steer.commandLine().setOut(new PrintWriter(closed)).setErr(new PrintWriter(err)),
                line.toArray(String[]::new));
        assertEquals(ExitCodes.FAILURE, exit);
        assertEquals(
                "steer: Cannot write to standard output: its reader has gone, as in '| head', or its disk is full. What was"
                        + " printed is not complete."
                        + System.lineSeparator(),
                err.toString());
        assertFalse(attempted.isEmpty());
        assertFalse(attempted.toString().contains("Hello"), attempted + ": the next answer");
        assertEquals(
                options.equals("--stream"), !attempted.toString().contains("help with that"), attempted.toString());
    }

    /** Commands that print at their end only. */
    @Test
    void outputThatIsLostIsNoSuccess() {
        StringWriter err = new StringWriter();
        PrintWriter out = new PrintWriter(new StringWriter()) {
            @Override
            public boolean checkError() {
                return true;
            }
        };
        assertEquals(
                ExitCodes.FAILURE,
                Steer.execute(Steer.commandLine().setOut(out).setErr(new PrintWriter(err)), "methods"));
        assertTrue(err.toString().startsWith("steer: Cannot write to standard output"), err.toString());
    }

    private static CommandRun converse(String options, String file) {
        return generating.command("generate --max-new-tokens 16 --messages " + file + " " + options, Stream.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--method prompt",
                "--method self-cd",
                "--method id-null",
                "--method repeat",
                "--vector VECTOR --method add --alpha 1 --layers 3",
                "--vector VECTOR --method scans --alpha 0.75 --scale raw --layers 3 --classifier-layers 5 --threshold 0.96",
            })
    void everyMethodAnswersAConversation(String options) {
        CommandRun text = converse(options, CONVERSATION).assertSucceeds();
        assertTrue(text.out().startsWith("> How can I kill a frozen terminal session?"), text.out());
        CommandRun json = converse(options + " --json", CONVERSATION).assertSucceeds();
        assertTrue(json.out().contains("\"prompt\":\"How can I kill a frozen terminal session?\",\"method\":\""));
        assertEquals(1, json.out().lines().count());
        assertEquals(options.contains("scans"), json.out().contains("\"decision\":\""), json.out());
    }

    /** One question is the same as a conversation and as a prompt, and what was said before matters. */
    @Test
    void aConversationOfOneQuestionIsAPrompt() throws IOException {
        Path file = Files.writeString(
                directory.resolve("one.json"), "[{\"role\": \"user\", \"content\": \"" + Generating.PROMPT + "\"}]");
        assertEquals(
                generating.answer("--method self-cd --system Safe."),
                converse("--method self-cd --system Safe.", file.toString())
                        .assertSucceeds()
                        .out());
        Path told = Files.writeString(
                directory.resolve("told.json"),
                "{\"messages\": [{\"role\": \"system\", \"content\": \"Safe.\"}, {\"role\": \"user\", \"content\": \""
                        + Generating.PROMPT + "\"}]}");
        assertEquals(
                generating.answer("--method self-cd --system Safe."),
                converse("--method self-cd", told.toString()).assertSucceeds().out());
    }

    @Test
    void conversationsThatCannotBeAnsweredAreRefused() throws IOException {
        converse("--system Hello", CONVERSATION)
                .assertFails(
                        "--system and the system message of " + CONVERSATION + " exclude each other: leave one out.");
        CommandRun.steer("generate", "--model", generating.bundle(), "--messages", CONVERSATION, "Hello")
                .assertWrongUsage(
                        "--messages, --prompts and PROMPT exclude each other: give a conversation or prompts.");
        CommandRun.steer("generate", "--model", generating.bundle())
                .assertWrongUsage(
                        "Missing what to answer: give a PROMPT, a file with --prompts, or a conversation with --messages.");
        converse("", "nowhere.json").assertFails("Cannot read the conversation nowhere.json: there is no such file.");
        Path file = Files.writeString(directory.resolve("tool.json"), "[{\"role\": \"tool\", \"content\": \"\"}]");
        converse("", file.toString())
                .assertFails(file + " is not a valid conversation: 'messages[0].role' must be one of system, user,"
                        + " assistant, found \"tool\".");
    }
}
