package dev.steering.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.Decision;
import dev.steering.apply.named.NamedSteering;
import dev.steering.core.ModelClosed;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.retry.NonTransientAiException;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Streamed answers, and subscribers that go away. */
class StreamedPromptTest {
    private static final Duration WAIT = Duration.ofSeconds(30);

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

    private static Prompt prompt(NamedSteering steering, int tokens) {
        return new Prompt(
                DemoInSpring.QUESTION,
                SteeringChatOptions.builder()
                        .steering(steering)
                        .maxTokens(tokens)
                        .build());
    }

    private static String text(List<ChatResponse> responses) {
        StringBuilder text = new StringBuilder();
        responses.forEach(
                response -> text.append(response.getResult().getOutput().getText()));
        return text.toString();
    }

    @Test
    void thePiecesAreTheAnswerThatComesWholeForEverySubscriber() {
        for (NamedSteering steering : List.of(
                NamedSteering.NONE,
                NamedSteering.vector("refusal"),
                NamedSteering.vector("refusal").withMethod("subtract"),
                NamedSteering.method("self-cd"))) {
            ChatResponse whole = chat.call(prompt(steering, 24));
            Flux<ChatResponse> stream = chat.stream(prompt(steering, 24));
            for (int subscriber = 0; subscriber < 2; subscriber++) {
                List<ChatResponse> pieces = stream.collectList().block(WAIT);
                ChatResponse last = pieces.get(pieces.size() - 1);
                assertTrue(pieces.size() > 2, pieces.toString());
                assertEquals(whole.getResult().getOutput().getText(), text(pieces));
                assertEquals(whole.getMetadata().getUsage(), last.getMetadata().getUsage());
                assertEquals(
                        whole.getResult().getMetadata().getFinishReason(),
                        last.getResult().getMetadata().getFinishReason());
                assertEquals(
                        whole.getMetadata().<List<Decision>>get(SteeringMetadata.DECISIONS),
                        last.getMetadata().get(SteeringMetadata.DECISIONS));
                assertEquals(
                        1,
                        pieces.stream()
                                .map(piece -> piece.getMetadata().getId())
                                .distinct()
                                .count());
                assertNull(pieces.get(0).getResult().getMetadata().getFinishReason());
            }
        }
    }

    @Test
    void clientsStream() {
        String whole = chat.call(prompt(NamedSteering.NONE, 24))
                .getResult()
                .getOutput()
                .getText();
        List<String> pieces = ChatClient.create(chat).prompt(prompt(NamedSteering.NONE, 24)).stream()
                .content()
                .collectList()
                .block(WAIT);
        assertEquals(whole, String.join("", pieces));
    }

    private static void awaitIdle() throws InterruptedException {
        long end = System.nanoTime() + WAIT.toNanos();
        while (demo.model.statistics().writing() > 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertEquals(0, demo.model.statistics().writing(), "rows that are still written");
    }

    @Test
    void disposingEndsTheAnswerAtOnce() throws Exception {
        List<ChatResponse> pieces = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> disposed = new CompletableFuture<>();
        Disposable subscription = chat.stream(prompt(NamedSteering.NONE, 100)).subscribe(piece -> {
            pieces.add(piece);
            first.complete(null);
            disposed.join();
        });
        first.get(30, TimeUnit.SECONDS);
        subscription.dispose();
        disposed.complete(null);
        awaitIdle();
        assertEquals(1, pieces.size(), pieces.toString());

        // A subscriber that takes two and goes.
        List<ChatResponse> two = chat.stream(prompt(NamedSteering.NONE, 100))
                .take(2)
                .collectList()
                .block(WAIT);
        assertEquals(2, two.size());
        awaitIdle();
    }

    @Test
    @Timeout(120)
    void aModelThatClosesMeanwhileSaysSo() throws Exception {
        DemoInSpring other = new DemoInSpring(directory);
        SteeringChatModel model = SteeringChatModel.builder(other.catalog).build();
        CompletableFuture<Void> letGo = other.held();
        CompletableFuture<ChatResponse> answer =
                model.stream(prompt(NamedSteering.NONE, 100)).last().toFuture();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(other::close);
        while (other.model.statistics().waiting() > 0) {
            Thread.sleep(1); // until it is taken out of the queue, which closing does
        }
        letGo.complete(null);
        closing.get(30, TimeUnit.SECONDS);
        Throwable error = assertThrows(
                        java.util.concurrent.ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS))
                .getCause();
        assertEquals(NonTransientAiException.class, error.getClass());
        assertInstanceOf(ModelClosed.class, error.getCause());
    }

    /** A stream's observation stops after the subscriber has heard of its end. */
    private static void awaitSize(List<?> list, int size) throws InterruptedException {
        long end = System.nanoTime() + WAIT.toNanos();
        while (list.size() < size && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertEquals(size, list.size());
    }

    @Test
    void callsAndStreamsAreObserved() throws Exception {
        ObservationRegistry registry = ObservationRegistry.create();
        List<ChatModelObservationContext> stopped = new CopyOnWriteArrayList<>();
        registry.observationConfig().observationHandler(new ObservationHandler<ChatModelObservationContext>() {
            @Override
            public void onStop(ChatModelObservationContext context) {
                stopped.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ChatModelObservationContext;
            }
        });
        SteeringChatModel observed = SteeringChatModel.builder(demo.catalog)
                .observationRegistry(registry)
                .build();
        String whole = observed.call(prompt(NamedSteering.NONE, 8))
                .getResult()
                .getOutput()
                .getText();
        observed.stream(prompt(NamedSteering.NONE, 8)).blockLast(WAIT);
        awaitSize(stopped, 2);
        assertThrows(NonTransientAiException.class, () -> observed.call(prompt(NamedSteering.vector("kindness"), 8)));
        assertThrows(NonTransientAiException.class, () -> observed.stream(prompt(NamedSteering.vector("kindness"), 8))
                .blockLast(WAIT));

        awaitSize(stopped, 4);
        for (ChatModelObservationContext context : stopped.subList(0, 2)) {
            assertEquals(whole, context.getResponse().getResult().getOutput().getText());
            assertEquals(8, context.getResponse().getMetadata().getUsage().getCompletionTokens());
            assertNull(context.getError());
        }
        stopped.subList(2, 4).forEach(context -> assertInstanceOf(NonTransientAiException.class, context.getError()));
    }
}
