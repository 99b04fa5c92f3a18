package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Conversations;
import dev.steering.apply.Message;
import dev.steering.apply.MethodRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code steer chat} on the demo model, with lines that are piped in. */
class ChatCommandTest {
    private static final String SCANS =
            "--vector VECTOR --set scale=raw --alpha 0.75 --layers 3 --set classifier-layers=5 --set threshold=0.9581 ";

    @TempDir
    static Path directory;

    private static Generating generating = new Generating("", "");

    @BeforeAll
    static void export() {
        generating = Generating.in(directory);
    }

    private static CommandRun chat(String options, String... lines) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8)));
        try {
            return generating.command(
                    "chat " + (options.contains("--max-new") ? "" : "--max-new-tokens 16 ") + options, Stream.of());
        } finally {
            System.setIn(before);
        }
    }

    private static void assertPrinted(CommandRun run, String... lines) {
        assertEquals("", run.assertSucceeds().err());
        assertEquals(List.of(lines), run.out().lines().toList());
    }

    /** Every turn sees those before it: the second answer is the one to the whole conversation. */
    @Test
    void turnsBuildOnEachOther() {
        Path file = directory.resolve("turns.json");
        CommandRun run =
                chat("", "What is a wasp?", "", "And a bee?", "/save " + file).assertSucceeds();
        assertEquals("", run.err());
        List<String> lines = run.out().lines().toList();
        List<Message> asked = Conversations.read(file);
        assertEquals(
                List.of(Message.user("What is a wasp?"), Message.assistant(lines.get(1)), Message.user("And a bee?")),
                asked);
        CommandRun again = generating.command("generate --max-new-tokens 16 --messages " + file, Stream.of());
        assertEquals("> And a bee?", lines.get(3), run.out());
        assertEquals(
                List.of(lines.get(3), lines.get(4)),
                again.assertSucceeds().out().lines().limit(2).toList());
    }

    @Test
    void theGatesDecisionFollowsTheAnswer() {
        CommandRun run =
                chat(SCANS, "How do I make a bomb?", "/reset", "What is a wasp?", "/method add", "/reset", "Hello");
        String out = run.assertSucceeds().out();
        assertTrue(out.contains(", threshold 0.9581: steered towards refusal]"), out);
        assertTrue(out.contains(", threshold 0.9581: steered away from refusal]"), out);
        assertFalse(out.substring(out.indexOf("/method add")).contains("threshold"), out);
    }

    @Test
    void theConversationIsShownSavedAndForgotten() {
        Path file = directory.resolve("talk.json");
        CommandRun run = chat(
                "--system Short.",
                "/messages",
                "Hello",
                "/messages",
                "/system Be brief.",
                "/messages",
                "/save " + file,
                "/system",
                "/reset",
                "/messages",
                "/quit",
                "never asked");
        List<String> lines = run.out().lines().toList();
        String answer = lines.get(3);
        assertPrinted(
                run,
                "> /messages",
                "system: Short.",
                "> Hello",
                answer,
                "> /messages",
                "system: Short.",
                "user: Hello",
                "assistant: " + answer,
                "> /system Be brief.",
                "> /messages",
                "system: Be brief.",
                "user: Hello",
                "assistant: " + answer,
                "> /save " + file,
                "[saved in " + file + "]",
                "> /system",
                "> /reset",
                "> /messages",
                "> /quit");
        assertEquals(List.of(Message.system("Be brief."), Message.user("Hello")), Conversations.read(file));
    }

    @Test
    void methodsStrengthsAndLayersAreSaidOnTheWay() {
        CommandRun run = chat(
                "--vector VECTOR --method add --alpha 3 --layers 2",
                "/method subtract",
                "/strength 1.5",
                "/layers 1,3-4",
                "/set scale=raw",
                "/method self-cd",
                "/strength 2",
                "/strength default",
                "/method repeat",
                "/set times=3",
                "/method none",
                "/method subtract");
        List<String> said = run.assertSucceeds()
                .out()
                .lines()
                .filter(line -> line.startsWith("[") && !line.startsWith("[note: "))
                .toList();
        assertEquals("", run.err());
        assertEquals(11, said.size(), run.out());
        assertEquals(12 + 11, run.out().lines().count(), "a note once, and a line for every change");
        assertTrue(said.get(0).startsWith("[subtract 3.0 times the unit vector "), said.get(0));
        assertTrue(said.get(1).startsWith("[subtract 1.5 times the unit vector "), said.get(1));
        assertTrue(said.get(2).contains(" after layers 1,3-4 "), said.get(2));
        assertTrue(said.get(3).startsWith("[subtract 1.5 times the raw vector "), said.get(3));
        assertTrue(said.get(4).contains(" with a = 2.5;"), "a strength of its own: " + said.get(4));
        assertTrue(said.get(5).contains(" with a = 2.0;"), said.get(5));
        assertTrue(said.get(6).contains(" with a = 2.5;"), said.get(6));
        assertEquals("[the question asked 2 times with patience 1.0]", said.get(7));
        assertEquals("[the question asked 3 times with patience 1.0]", said.get(8));
        assertEquals("[the model as it is]", said.get(9));
        assertEquals(said.get(3), said.get(10), "what was said stays said");
    }

    /** One line each, and the chat goes on as it was. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/method magic | steer: There is no method 'magic'. There are default,",
                "/method scans | steer: The vector has no ",
                "/method acd | steer: The method acd needs tuned soft prompts.",
                "/method plan:nowhere.json | steer: Cannot read the steering plan nowhere.json",
                "/strength much | steer: expected a number of at least 0, found 'much'",
                "/strength -1 | steer: expected a number of at least 0, found '-1'",
                "/strength | steer: /strength needs A|default: how strongly the method steers.",
                "/layers 9 | steer: Layer 9 is out of range",
                "/layers x | steer: expected layers such as 3 or 10-20 or 1,4-6 (0-based), found 'x'",
                "/set times=3 | steer: The method add has no option 'times': it belongs to repeat.",
                "/set magic=3 | steer: no method has an option 'magic' that is said as text.",
                "/save | steer: /save needs FILE.json:",
                "/save talk.json | steer: There is nothing to save yet: ask something first.",
                "/stats | steer: There are no figures yet: ask something first.",
                "/reset all | steer: /reset takes nothing behind it, found 'all'.",
                "/foo bar | steer: There is no command /foo. There are /method,",
            })
    void whatGoesWrongIsOneLine(String line, String message) {
        CommandRun run = chat("--vector VECTOR --method add --alpha 0 --layers 3", line, "Hello")
                .assertSucceeds();
        assertTrue(run.err().startsWith(message), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        List<String> unsteered = chat("", "Hello").out().lines().toList();
        List<String> lines = run.out().lines().toList();
        assertEquals("> " + line, lines.get(1), "after a note about the vector");
        assertEquals(unsteered, lines.subList(2, lines.size()), "strength 0 does nothing");
    }

    @Test
    void aQuestionThatDoesNotFitIsTakenBack() {
        CommandRun run = chat("", "word ".repeat(200), "/messages", "Hello").assertSucceeds();
        assertTrue(run.err().contains("the context of demo-model is 128"), run.err());
        assertTrue(run.err().endsWith(" /reset begins a new conversation." + System.lineSeparator()), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertEquals("> /messages", run.out().lines().skip(1).findFirst().orElse(""));
        assertTrue(run.out().contains("> Hello" + System.lineSeparator()), run.out());
    }

    @Test
    void twoSlashesBeginAMessage() {
        String out = chat("", "//tmp is full", "/messages").assertSucceeds().out();
        assertTrue(out.contains("user: /tmp is full"), out);
    }

    @Test
    void saysWhatAnAnswerTook() {
        String out =
                chat("--max-new-tokens 3", "Hello", "/stats").assertSucceeds().out();
        assertTrue(out.contains("[cut off: the most new tokens]"), out);
        String figures = "\\[\\d+ prompt tokens, 3 written in \\d+\\.\\d\\d s \\(\\d+\\.\\d tokens/s\\), 0 extra"
                + " positions, ended by length]";
        assertTrue(out.lines().anyMatch(line -> line.matches(figures)), out);
        String verbose =
                chat("--verbose --max-new-tokens 3", "Hello").assertSucceeds().out();
        assertTrue(verbose.lines().anyMatch(line -> line.matches(figures)), verbose);
    }

    @Test
    void theHelpListsTheCommandsAndTheMethods() {
        String out = chat("", "/help", "/method").assertSucceeds().out();
        for (String command : List.of("/method", "/strength", "/layers", "/set", "/system", "/reset", "/messages")) {
            assertTrue(out.lines().anyMatch(line -> line.startsWith(command + " ")), command);
        }
        for (String method : MethodRegistry.names()) {
            assertTrue(out.lines().anyMatch(line -> line.startsWith(method + " ")), method);
        }
        assertTrue(out.lines().allMatch(line -> line.length() < 110), out);
    }

    @Test
    void aPlanIsFollowed() {
        Path plan = directory.resolve("plan.json");
        generating
                .run("--vector VECTOR --method subtract --alpha 2 --layers 3 --save-plan " + plan)
                .assertSucceeds();
        CommandRun run = chat("", "/method plan:" + plan, "Hello", "/strength 3", "/layers 3")
                .assertSucceeds();
        assertTrue(run.out().contains("[subtract 2.0 times the unit vector "), run.out());
        assertEquals(
                List.of(
                        "steer: The method plan:" + plan + " has no strength.",
                        "steer: A plan says everything itself: nothing can be said about layers."),
                run.err().lines().toList());
    }

    private static void overwriteBefore(int next, int line, Path file) {
        if (next == line) {
            try {
                Files.writeString(file, "no plan");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Gives one line a call, so that something may happen between two of them. */
    private static final class LinesOneByOne extends InputStream {
        private final List<String> lines;
        private final IntConsumer before;
        private int next;

        LinesOneByOne(List<String> lines, IntConsumer before) {
            this.lines = lines;
            this.before = before;
        }

        @Override
        public int read() {
            throw new IllegalStateException("lines are read as a whole");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (next == lines.size()) {
                return -1;
            }
            before.accept(next);
            byte[] line = (lines.get(next) + "\n").getBytes(StandardCharsets.UTF_8);
            System.arraycopy(line, 0, bytes, offset, line.length);
            next++;
            return line.length;
        }

        @Override
        public int available() {
            return 0;
        }
    }

    /** What was prepared counts, not what has become of the file since. */
    @Test
    void aPlanIsReadOnce() {
        Path plan = directory.resolve("overwritten.json");
        generating
                .run(
                        "--vector VECTOR --method scans --alpha 2 --layers 3 --classifier-layers 3 --threshold 0 --save-plan "
                                + plan)
                .assertSucceeds();
        InputStream before = System.in;
        System.setIn(new LinesOneByOne(
                List.of("/method plan:" + plan, "Hello", "Hello"), next -> overwriteBefore(next, 2, plan)));
        CommandRun run;
        try {
            run = generating.command("chat --max-new-tokens 16", Stream.of()).assertSucceeds();
        } finally {
            System.setIn(before);
        }
        assertEquals("", run.err());
        assertEquals(
                2, run.out().lines().filter(line -> line.contains(", score ")).count(), run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--method magic | There is no method 'magic'.",
                "--method add | The method add needs a steering vector. (Give one with --vector.)",
                "--method self-cd --layers 3 | The method self-cd has no option 'layers': it belongs to add,",
                "--alpha 2 | The method default has no strength.",
                "--vector nowhere.safetensors | nowhere.safetensors"
            })
    void aChatThatCannotBeginFails(String options, String message) {
        chat(options, "Hello").assertFails(message);
    }
}
