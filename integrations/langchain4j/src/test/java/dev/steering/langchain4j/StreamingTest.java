package dev.steering.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.steering.apply.named.NamedSteering;
import dev.steering.core.ModelClosed;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streamed answers, and handlers that cancel or fail. */
class StreamingTest {
    @TempDir
    private static Path directory;

    private static OpenDemo demo;
    private static SteeredStreamingChatModel streaming;

    @BeforeAll
    static void open() {
        demo = new OpenDemo(directory);
        streaming = SteeredStreamingChatModel.builder(demo.catalog).build();
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    private static class Collector implements StreamingChatResponseHandler {
        final List<String> pieces = new CopyOnWriteArrayList<>();
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        final CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        final CompletableFuture<Throwable> failed = new CompletableFuture<>();

        @Override
        public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
            pieces.add(piece.text());
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            whole.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error);
            failed.complete(error);
        }
    }

    private static ChatRequest request(ChatRequestParameters parameters) {
        return ChatRequest.builder()
                .messages(UserMessage.from(OpenDemo.QUESTION))
                .parameters(parameters)
                .build();
    }

    private static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Test
    void thePiecesAreTheAnswerThatComesWhole() throws Exception {
        SteeredChatModel chat = SteeredChatModel.builder(demo.catalog).build();
        for (NamedSteering steering : List.of(
                NamedSteering.NONE,
                NamedSteering.vector("refusal"),
                NamedSteering.vector("refusal").withMethod("subtract"),
                NamedSteering.method("self-cd"))) {
            ChatRequest request = request(SteeredChatRequestParameters.builder()
                    .steering(steering)
                    .maxOutputTokens(24)
                    .build());
            Collector collector = new Collector();
            streaming.chat(request, collector);
            ChatResponse streamed = within(collector.whole);
            ChatResponse whole = chat.chat(request);

            assertEquals(whole.aiMessage(), streamed.aiMessage());
            assertEquals(whole.aiMessage().text(), String.join("", collector.pieces));
            assertEquals(whole.metadata().tokenUsage(), streamed.metadata().tokenUsage());
            assertEquals(
                    ((SteeredChatResponseMetadata) whole.metadata()).decisions(),
                    ((SteeredChatResponseMetadata) streamed.metadata()).decisions());
            assertTrue(collector.pieces.size() > 1);
        }
    }

    @Test
    void aCancelledAnswerEndsAtOnceAndIsHeardNoMore() throws Exception {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        Collector collector = new Collector() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                pieces.add(piece.text());
                assertFalse(context.streamingHandle().isCancelled());
                context.streamingHandle().cancel();
                cancelled.complete(context.streamingHandle().isCancelled());
            }
        };
        long answered = demo.model.statistics().answered();
        streaming.chat(request(ChatRequestParameters.builder().build()), collector);

        assertTrue(within(cancelled));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (demo.model.statistics().answered() == answered && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertEquals(0, demo.model.statistics().writing(), "rows that are still written");
        assertEquals(answered + 1, demo.model.statistics().answered());
        // Whatever came afterwards would come on the thread that brings the next answer's pieces, before them.
        Collector next = new Collector();
        streaming.chat(
                request(ChatRequestParameters.builder().maxOutputTokens(2).build()), next);
        within(next.whole);
        assertEquals(1, collector.pieces.size(), collector.pieces.toString());
        assertFalse(collector.whole.isDone());
        assertEquals(List.of(), collector.errors);
    }

    /** LangChain4j: what a handler throws is told to it, and the answer goes on. */
    @Test
    void whatAHandlerThrowsIsToldToIt() throws Exception {
        RuntimeException thrown = new IllegalStateException("the user's own");
        List<Throwable> heard = new CopyOnWriteArrayList<>();
        List<ChatResponse> responses = new CopyOnWriteArrayList<>();
        ChatModelListener listener = new ChatModelListener() {
            @Override
            public void onError(ChatModelErrorContext context) {
                heard.add(context.error());
            }

            @Override
            public void onResponse(ChatModelResponseContext context) {
                responses.add(context.chatResponse());
            }
        };
        Collector collector = new Collector() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                pieces.add(piece.text());
                throw thrown;
            }

            @Override
            public void onError(Throwable error) {
                super.onError(error);
                throw new IllegalStateException("and once more, which nobody hears");
            }
        };
        SteeredStreamingChatModel model = SteeredStreamingChatModel.builder(demo.catalog)
                .listeners(List.of(listener))
                .build();
        model.chat(request(ChatRequestParameters.builder().maxOutputTokens(8).build()), collector);
        ChatResponse whole = within(collector.whole);

        assertTrue(collector.pieces.size() > 1, collector.pieces.toString());
        assertEquals(whole.aiMessage().text(), String.join("", collector.pieces));
        assertEquals(collector.pieces.size(), collector.errors.size());
        collector.errors.forEach(error -> assertEquals(thrown, error));
        assertEquals(collector.errors, heard);
        assertEquals(List.of(whole), responses);
    }

    @Test
    void whatOnCompleteThrowsIsToldToItOnce() throws Exception {
        RuntimeException thrown = new IllegalStateException("the user's own");
        Collector collector = new Collector() {
            @Override
            public void onCompleteResponse(ChatResponse response) {
                super.onCompleteResponse(response);
                throw thrown;
            }
        };
        streaming.chat(
                request(ChatRequestParameters.builder().maxOutputTokens(2).build()), collector);

        assertEquals(thrown, within(collector.failed));
        assertEquals(List.of(thrown), collector.errors);
    }

    @Test
    void errorsAreToldToTheHandler() throws Exception {
        Collector collector = new Collector();
        streaming.chat(
                request(SteeredChatRequestParameters.builder()
                        .steering(NamedSteering.vector("kindness"))
                        .build()),
                collector);
        Throwable error = within(collector.failed);
        assertInstanceOf(InvalidRequestException.class, error);
        assertEquals("There is no vector 'kindness'. There are refusal.", error.getMessage());
    }

    @Test
    @Timeout(120)
    void aModelThatClosesMeanwhileSaysSo() throws Exception {
        OpenDemo other = new OpenDemo(directory);
        SteeredStreamingChatModel model =
                SteeredStreamingChatModel.builder(other.catalog).build();
        CompletableFuture<Void> letGo = other.held();
        Collector collector = new Collector();
        model.chat(request(ChatRequestParameters.builder().build()), collector);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(other::close);
        while (other.model.statistics().waiting() > 0) {
            Thread.sleep(1); // until it is taken out of the queue, which closing does
        }
        letGo.complete(null);
        within(closing);
        Throwable error = within(collector.failed);
        assertEquals(NonRetriableException.class, error.getClass());
        assertInstanceOf(ModelClosed.class, error.getCause());
        assertThrows(ExecutionException.class, () -> {
            CompletableFuture<ChatResponse> never = new CompletableFuture<>();
            model.chat(OpenDemo.QUESTION, new Collector() {
                @Override
                public void onError(Throwable late) {
                    never.completeExceptionally(late);
                }
            });
            within(never);
        });
    }
}
