package dev.steering.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.named.NamedSteering;
import dev.steering.core.ContextExceeded;
import dev.steering.core.DeadlineExceeded;
import dev.steering.core.ModelClosed;
import dev.steering.core.QueueFull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.retry.TransientAiException;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.util.MimeTypeUtils;

/** What cannot be answered is told in Spring AI's words, with the library's own as the cause. */
class SpringErrorsTest {
    private static final NamedSteering REFUSAL = NamedSteering.vector("refusal");
    private static final String QUESTION = DemoInSpring.QUESTION;

    @TempDir
    private static Path directory;

    private static DemoInSpring demo;
    private static SteeringChatModel chat;

    @BeforeAll
    static void open() {
        demo = new DemoInSpring(directory);
        chat = SteeringChatModel.builder(demo.catalog).build();
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private static ChatResponse ask(ChatOptions options) {
        return chat.call(new Prompt(QUESTION, options));
    }

    private static SteeringChatOptions steered(NamedSteering steering, int tokens) {
        return SteeringChatOptions.builder()
                .steering(steering)
                .maxTokens(tokens)
                .build();
    }

    @Test
    void errorsAreSpringAis() {
        NonTransientAiException unknown =
                assertThrows(NonTransientAiException.class, () -> ask(steered(NamedSteering.vector("kindness"), 8)));
        assertEquals("There is no vector 'kindness'. There are refusal.", unknown.getMessage());
        NonTransientAiException range = assertThrows(
                NonTransientAiException.class,
                () -> ask(ChatOptions.builder().temperature(-1.0).build()));
        assertTrue(range.getMessage().contains("-1"), range.getMessage());
        NonTransientAiException tooLong = assertThrows(
                NonTransientAiException.class, () -> chat.call(new Prompt("What is a process? ".repeat(60))));
        assertInstanceOf(ContextExceeded.class, tooLong.getCause());
        TransientAiException late = assertThrows(
                TransientAiException.class,
                () -> ask(SteeringChatOptions.builder()
                        .deadline(Duration.ofNanos(1))
                        .build()));
        assertInstanceOf(DeadlineExceeded.class, late.getCause());
    }

    static final class Clock {
        @Tool(description = "The time")
        String time() {
            return "noon";
        }
    }

    private static void assertRefused(String what, Prompt prompt) {
        String message = assertThrows(NonTransientAiException.class, () -> chat.call(prompt))
                .getMessage();
        assertTrue(message.startsWith(what + " is not supported"), message);
        String streamed = assertThrows(
                        NonTransientAiException.class, () -> chat.stream(prompt).blockLast())
                .getMessage();
        assertEquals(message, streamed);
    }

    @Test
    void whatIsNotSupportedSaysSo() {
        assertRefused(
                "presencePenalty",
                new Prompt(QUESTION, ChatOptions.builder().presencePenalty(0.5).build()));
        assertRefused(
                "frequencyPenalty",
                new Prompt(QUESTION, ChatOptions.builder().frequencyPenalty(0.5).build()));
        assertRefused(
                "model",
                new Prompt(QUESTION, ChatOptions.builder().model("another").build()));
        assertRefused(
                "tools",
                new Prompt(
                        QUESTION,
                        ToolCallingChatOptions.builder().toolNames("clock").build()));
        Media image = Media.builder()
                .mimeType(MimeTypeUtils.IMAGE_PNG)
                .data(URI.create("https://example.org/cat.png"))
                .build();
        assertRefused(
                "media",
                new Prompt(UserMessage.builder().text(QUESTION).media(image).build()));
        assertRefused(
                "message type tool",
                new Prompt(
                        new UserMessage(QUESTION),
                        ToolResponseMessage.builder()
                                .responses(List.of(new ToolResponseMessage.ToolResponse("1", "clock", "noon")))
                                .build()));
    }

    /** Options that take no tools would be handed on without them by the client, in silence. */
    @Test
    void toolsOfAClientAreRefused() {
        ChatClient client = ChatClient.create(chat);
        NonTransientAiException byDefault = assertThrows(
                NonTransientAiException.class,
                () -> client.prompt(QUESTION).tools(new Clock()).call().content());
        assertTrue(byDefault.getMessage().startsWith("tools is not supported"), byDefault.getMessage());
        NonTransientAiException own = assertThrows(NonTransientAiException.class, () -> client.prompt(QUESTION)
                .options(steered(REFUSAL, 8))
                .tools(new Clock())
                .call()
                .content());
        assertTrue(own.getMessage().startsWith("tools is not supported"), own.getMessage());
    }

    @Test
    @Timeout(120)
    void aClosedModelAndAFullQueueSayWhichTheyAre() throws Exception {
        DemoInSpring other = new DemoInSpring(directory, 1);
        SteeringChatModel small = SteeringChatModel.builder(other.catalog).build();
        CompletableFuture<Void> letGo = other.held();
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> small.call(QUESTION));
        while (other.model.statistics().waiting() == 0) {
            Thread.sleep(1);
        }
        for (int i = 0; i < 3; i++) {
            TransientAiException full = assertThrows(TransientAiException.class, () -> small.call(QUESTION));
            assertInstanceOf(QueueFull.class, full.getCause());
        }
        letGo.complete(null);
        assertEquals(chat.call(QUESTION), waiting.join());
        other.close();
        NonTransientAiException closed = assertThrows(NonTransientAiException.class, () -> small.call(QUESTION));
        assertInstanceOf(ModelClosed.class, closed.getCause());
        NonTransientAiException streamed =
                assertThrows(NonTransientAiException.class, () -> small.stream(new Prompt(QUESTION))
                        .blockLast());
        assertInstanceOf(ModelClosed.class, streamed.getCause());
    }
}
