package dev.steering.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.steering.apply.named.NamedSteering;
import dev.steering.core.ContextExceeded;
import dev.steering.core.DeadlineExceeded;
import dev.steering.core.ModelClosed;
import dev.steering.core.QueueFull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be answered is told in LangChain4j's exceptions, with the library's own as the cause. */
class ChainErrorsTest {
    @TempDir
    private static Path directory;

    private static OpenDemo demo;
    private static SteeredChatModel chat;

    @BeforeAll
    static void open() {
        demo = new OpenDemo(directory);
        chat = SteeredChatModel.builder(demo.catalog).build();
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private static ChatResponse ask(ChatRequestParameters parameters) {
        return chat.chat(ChatRequest.builder()
                .messages(UserMessage.from(OpenDemo.QUESTION))
                .parameters(parameters)
                .build());
    }

    private static <E extends LangChain4jException> E fails(Class<E> type, ChatRequestParameters parameters) {
        E error = assertThrows(type, () -> ask(parameters));
        assertEquals(type, error.getClass());
        return error;
    }

    @Test
    void errorsAreLangChain4js() {
        InvalidRequestException unknown = fails(
                InvalidRequestException.class,
                SteeredChatRequestParameters.builder()
                        .steering(NamedSteering.vector("kindness"))
                        .build());
        assertEquals("There is no vector 'kindness'. There are refusal.", unknown.getMessage());
        InvalidRequestException method = fails(
                InvalidRequestException.class,
                SteeredChatRequestParameters.builder()
                        .steering(NamedSteering.method("wish"))
                        .build());
        assertTrue(method.getMessage().startsWith("There is no method 'wish'."), method.getMessage());
        InvalidRequestException range = fails(
                InvalidRequestException.class,
                ChatRequestParameters.builder().temperature(-1.0).build());
        assertTrue(range.getMessage().contains("-1"), range.getMessage());
        InvalidRequestException long_ = assertThrows(
                InvalidRequestException.class, () -> chat.chat(UserMessage.from("What is a process? ".repeat(60))));
        assertInstanceOf(ContextExceeded.class, long_.getCause());
        TimeoutException late = fails(
                TimeoutException.class,
                SteeredChatRequestParameters.builder()
                        .deadline(Duration.ofNanos(1))
                        .build());
        assertInstanceOf(DeadlineExceeded.class, late.getCause());
    }

    @Test
    void whatIsNotSupportedSaysSo() {
        assertUnsupported(
                "presencePenalty",
                ChatRequestParameters.builder().presencePenalty(0.5).build());
        assertUnsupported(
                "frequencyPenalty",
                ChatRequestParameters.builder().frequencyPenalty(0.5).build());
        assertUnsupported(
                "modelName",
                ChatRequestParameters.builder().modelName("another").build());
        UnsupportedFeatureException named = assertThrows(
                UnsupportedFeatureException.class, () -> chat.chat(UserMessage.from("ann", OpenDemo.QUESTION)));
        assertTrue(named.getMessage().startsWith("name is not supported"), named.getMessage());
        UnsupportedFeatureException tool = assertThrows(
                UnsupportedFeatureException.class,
                () -> chat.chat(
                        UserMessage.from(OpenDemo.QUESTION), ToolExecutionResultMessage.from("1", "clock", "noon")));
        assertTrue(tool.getMessage().contains("tool_execution_result"), tool.getMessage());
    }

    private static void assertUnsupported(String what, ChatRequestParameters parameters) {
        String message = fails(UnsupportedFeatureException.class, parameters).getMessage();
        assertTrue(message.startsWith(what + " is not supported"), message);
    }

    @Test
    @Timeout(120)
    void aClosedModelAndAFullQueueSayWhichTheyAre() throws Exception {
        OpenDemo other = new OpenDemo(directory, 1);
        SteeredChatModel small = SteeredChatModel.builder(other.catalog).build();
        CompletableFuture<Void> letGo = other.held();
        CompletableFuture<ChatResponse> waiting =
                CompletableFuture.supplyAsync(() -> small.chat(UserMessage.from(OpenDemo.QUESTION)));
        while (other.model.statistics().waiting() == 0) {
            Thread.sleep(1);
        }
        for (int i = 0; i < 3; i++) {
            RateLimitException full =
                    assertThrows(RateLimitException.class, () -> small.chat(UserMessage.from(OpenDemo.QUESTION)));
            assertInstanceOf(QueueFull.class, full.getCause());
        }
        letGo.complete(null);
        assertEquals(
                chat.chat(UserMessage.from(OpenDemo.QUESTION)).aiMessage(),
                waiting.join().aiMessage());
        other.close();
        NonRetriableException closed =
                assertThrows(NonRetriableException.class, () -> small.chat(UserMessage.from(OpenDemo.QUESTION)));
        assertInstanceOf(ModelClosed.class, closed.getCause());
        assertEquals(closed.getCause().getMessage(), closed.getMessage());
    }
}
