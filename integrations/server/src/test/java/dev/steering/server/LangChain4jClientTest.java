package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel.OpenAiChatModelBuilder;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder;
import dev.langchain4j.model.output.FinishReason;
import dev.steering.server.access.Quota;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's module for OpenAI, which knows nothing of this server, drives it. */
class LangChain4jClientTest {
    private static final String TOKEN = "t".repeat(32);
    private static final String RARE = "r".repeat(32);
    private static final Map<String, Object> SCANS = Map.of("steering", Map.of("method", "scans", "vector", "refusal"));

    @TempDir
    private static Path directory;

    private static ServedDemo demo;

    @BeforeAll
    static void start() throws Exception {
        Path tokens = directory.resolve("tokens.txt");
        Files.writeString(tokens, TOKEN + "\n" + RARE + "\n");
        Path bundle = ServedDemo.bundle(directory);
        demo = ServedDemo.start(
                bundle, ServedDemo.vector(directory, bundle), s -> s.withTokens(tokens, new Quota(64, 200))
                        .withLimits(ServedDemo.oneByOne()));
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static OpenAiChatModelBuilder chat(String token) {
        return OpenAiChatModel.builder()
                .baseUrl(demo.uri("/v1").toString())
                .apiKey(token)
                .modelName("demo")
                .maxCompletionTokens(40)
                .maxRetries(0);
    }

    private static OpenAiStreamingChatModelBuilder streaming() {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(demo.uri("/v1").toString())
                .apiKey(TOKEN)
                .modelName("demo")
                .maxCompletionTokens(40);
    }

    private static String text(OpenAiChatModelBuilder model) {
        return model.build().chat(ServedDemo.QUESTION);
    }

    @Test
    void itChatsWithSteeringInItsParametersOrItsModelsName() throws Exception {
        String plain = text(chat(TOKEN));
        ChatResponse steered = chat(TOKEN)
                .customParameters(SCANS)
                .build()
                .chat(ChatRequest.builder()
                        .messages(UserMessage.from(ServedDemo.QUESTION))
                        .build());
        assertNotEquals(plain, steered.aiMessage().text());
        assertEquals(
                text(chat(TOKEN).modelName("demo+scans")), steered.aiMessage().text());
        assertEquals(
                text(chat(TOKEN).modelName("demo+scans@refusal")),
                steered.aiMessage().text());
        assertEquals(FinishReason.STOP, steered.finishReason());
        assertEquals(17, steered.tokenUsage().inputTokenCount());
        OpenAiChatResponseMetadata about = assertInstanceOf(OpenAiChatResponseMetadata.class, steered.metadata());
        JsonNode report =
                ServedDemo.JSON.readTree(about.rawHttpResponse().body()).path("steering");
        assertEquals(-1, report.path("decisions").path(0).path("sign").asInt());
    }

    @Test
    void itsParametersDoWhatTheySay() {
        String whole = text(chat(TOKEN));
        String stop = whole.substring(6, 9);
        assertEquals(whole.substring(0, whole.indexOf(stop)), text(chat(TOKEN).stop(List.of(stop))));
        ChatResponse cut = chat(TOKEN)
                .maxCompletionTokens(3)
                .build()
                .chat(SystemMessage.from("Answer."), UserMessage.from(ServedDemo.QUESTION));
        assertEquals(FinishReason.LENGTH, cut.finishReason());
        assertEquals(3, cut.tokenUsage().outputTokenCount());
        String sampled = text(chat(TOKEN).temperature(1.5).seed(3));
        assertEquals(sampled, text(chat(TOKEN).temperature(1.5).seed(3)));
        assertNotEquals(sampled, whole);
    }

    /** Tells the whole answer, and what of it came piece by piece. */
    private static final class Heard implements StreamingChatResponseHandler {
        final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
        final List<String> pieces = new CopyOnWriteArrayList<>();
        private final boolean leaves;

        Heard(boolean leaves) {
            this.leaves = leaves;
        }

        @Override
        public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
            pieces.add(piece.text());
            if (leaves) {
                context.streamingHandle().cancel();
            }
        }

        @Override
        public void onCompleteResponse(ChatResponse whole) {
            answer.complete(whole);
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }
    }

    @Test
    void itStreams() throws Exception {
        Heard plain = new Heard(false);
        streaming().build().chat(ServedDemo.QUESTION, plain);
        ChatResponse whole = plain.answer.get(60, TimeUnit.SECONDS);
        assertEquals(text(chat(TOKEN)), whole.aiMessage().text());
        assertEquals(whole.aiMessage().text(), String.join("", plain.pieces));
        assertEquals(17, whole.tokenUsage().inputTokenCount());
        assertEquals(FinishReason.STOP, whole.finishReason());
        Heard steered = new Heard(false);
        streaming().customParameters(SCANS).build().chat(ServedDemo.QUESTION, steered);
        assertEquals(
                text(chat(TOKEN).customParameters(SCANS)),
                steered.answer.get(60, TimeUnit.SECONDS).aiMessage().text());
    }

    @Test
    void whatItCancelsIsNotAnsweredAnyFurther() throws Exception {
        OpenAiStreamingChatModel many = streaming()
                .maxCompletionTokens(200)
                .temperature(2.0)
                .seed(1)
                .customParameters(Map.of("n", ServedDemo.MANY))
                .build();
        demo.awaitDisconnect(() -> {
            Heard heard = new Heard(true);
            many.chat(ServedDemo.QUESTION, heard);
            ServedDemo.await(() -> !heard.pieces.isEmpty());
        });
    }

    @Test
    void itsErrorsAreItsOwn() {
        assertThrows(AuthenticationException.class, () -> text(chat("x".repeat(32))));
        assertThrows(ModelNotFoundException.class, () -> text(chat(TOKEN).modelName("other")));
        InvalidRequestException penalty = assertThrows(
                InvalidRequestException.class, () -> text(chat(TOKEN).presencePenalty(1.0)));
        assertTrue(penalty.getMessage().contains("repetition_penalty"), penalty.getMessage());
        LangChain4jException missing = assertThrows(
                LangChain4jException.class,
                () -> text(chat(TOKEN).customParameters(Map.of("steering", Map.of("vector", "none")))));
        assertTrue(missing.getMessage().contains("vector_not_found"), missing.getMessage());
        InvalidRequestException overflow = assertThrows(
                InvalidRequestException.class,
                () -> text(chat(TOKEN)
                        .customParameters(
                                Map.of("steering", Map.of("method", "add", "vector", "refusal", "strength", 1e38)))));
        assertTrue(overflow.getMessage().contains("numeric_overflow"), overflow.getMessage());
        RateLimitException tooOften = assertThrows(RateLimitException.class, () -> {
            for (int i = 0; i < 1000; i++) {
                text(chat(RARE).maxCompletionTokens(1));
            }
        });
        assertTrue(tooOften.getMessage().contains("rate_limit_exceeded"), tooOften.getMessage());
    }

    @Test
    void aStreamsErrorsAreItsOwn() {
        Heard heard = new Heard(false);
        streaming().modelName("other").build().chat(ServedDemo.QUESTION, heard);
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> heard.answer.get(60, TimeUnit.SECONDS));
        assertInstanceOf(ModelNotFoundException.class, failed.getCause());
    }
}
