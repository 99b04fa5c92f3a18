package dev.steering.cli.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.SteeredModel;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ModelCheck;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.testkit.Fixtures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pipe cannot show: a person at the terminal, who presses Ctrl-C. */
class ChatSessionTest {
    @TempDir
    private static Path directory;

    private static SteeredModel model;

    private final List<SteeringException> complaints = new ArrayList<>();

    @BeforeAll
    static void open() {
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(Fixtures.demoModel().resolve("hf"), bundle, ExportOptions.defaults());
        model = SteeredModel.open(bundle);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private ChatSession session(String lines, Writer out, boolean interactive) {
        return new ChatSession(
                model,
                new ChatSteering("default", MethodArguments.NONE, ModelCheck.SAME_MODEL),
                null,
                GenerationOptions.greedy(20),
                false,
                new ChatTerminal(
                        new BufferedReader(new StringReader(lines)),
                        new PrintWriter(out),
                        interactive,
                        complaints::add));
    }

    /** The rest of an answer is cancelled while its first piece is printed; the next question is answered whole. */
    @Test
    void anInterruptEndsTheAnswerOnly() {
        AtomicReference<ChatSession> pressing = new AtomicReference<>();
        StringWriter out = new StringWriter() {
            @Override
            public void write(String text, int from, int length) {
                super.write(text, from, length);
                ChatSession session = pressing.get();
                if (session != null && length > 0 && !text.startsWith(">")) {
                    pressing.set(null);
                    session.interrupt();
                }
            }
        };
        ChatSession session = session("What is a wasp?\n/messages\n/reset\nWhat is a wasp?\n", out, false);
        pressing.set(session);
        session.run();

        List<String> lines = out.toString().lines().toList();
        assertEquals("> What is a wasp?", lines.get(0));
        assertEquals("[cancelled]", lines.get(2), out.toString());
        assertEquals(List.of("> /messages", "user: What is a wasp?"), lines.subList(3, 5));
        assertEquals("assistant: " + lines.get(1), lines.get(5), "what was written is kept");
        String whole = lines.get(lines.size() - 1);
        assertTrue(whole.length() > lines.get(1).length() && whole.startsWith(lines.get(1)), out.toString());
        assertEquals(List.of(), complaints);
    }

    @Test
    void controlTokensAreWarnedOfOnce() {
        StringWriter out = new StringWriter();
        session("a <|end|> b\nc <|end|> d\n/system e<|end|>\nf\n", out, true)
                .withControlTokens(text -> text.contains("<|end|>") ? List.of("<|end|>") : List.of())
                .run();
        List<String> warnings = out.toString()
                .lines()
                .filter(line -> line.contains("[warning: "))
                .toList();
        assertEquals(2, warnings.size(), out.toString());
        assertTrue(
                warnings.get(0)
                        .contains(
                                "[warning: what was typed holds texts that become control tokens of the model, such as"
                                        + " <|end|>: "),
                out.toString());
        assertTrue(warnings.get(1).contains("[warning: the system prompt holds"), out.toString());
    }

    @Test
    void anInterruptBetweenAnswersSaysHowToLeave() {
        StringWriter out = new StringWriter();
        session("", out, true).interrupt();
        assertEquals(
                List.of("", "(Ctrl-D or /quit leaves the chat.)", "> "),
                out.toString().lines().toList());
    }

    /** The terminal shows what is typed; its own line is left at the end. */
    @Test
    void aPersonIsPromptedAndToldHowItWorks() {
        StringWriter out = new StringWriter();
        session("/reset\n", out, true).run();
        assertEquals(
                List.of(
                        "[the model as it is]",
                        "/help lists what can be told to the chat; Ctrl-C ends an answer, Ctrl-D the chat.",
                        "> > "),
                out.toString().lines().toList());
    }

    @Test
    void outputThatIsLostEndsTheChat() {
        Writer closed = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        ChatSession session = session("What is a wasp?\nHello\n", closed, false);
        SteeringException lost = assertThrows(SteeringException.class, session::run);
        assertTrue(lost.getMessage().startsWith("Cannot write to standard output"), lost.getMessage());
        assertEquals(List.of(), complaints);
    }
}
