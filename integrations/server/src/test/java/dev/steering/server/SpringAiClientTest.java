package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.server.access.Quota;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.api.OpenAiApi;
import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/** Spring AI's module for OpenAI, which knows nothing of this server, drives it. */
class SpringAiClientTest {
    private static final String TOKEN = "t".repeat(32);
    private static final Duration WAIT = Duration.ofMinutes(1);
    private static final Map<String, Object> SCANS = Map.of("steering", Map.of("method", "scans", "vector", "refusal"));

    @TempDir
    private static Path directory;

    private static ServedDemo demo;
    private static OpenAiChatModel chat;

    @BeforeAll
    static void start() throws Exception {
        Path tokens = directory.resolve("tokens.txt");
        Files.writeString(tokens, TOKEN + "\n");
        Path bundle = ServedDemo.bundle(directory);
        demo = ServedDemo.start(bundle, ServedDemo.vector(directory, bundle), s -> s.withTokens(tokens, Quota.DEFAULTS)
                .withLimits(ServedDemo.oneByOne()));
        chat = chat(TOKEN);
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static OpenAiChatModel chat(String token) {
        return OpenAiChatModel.builder()
                .openAiApi(OpenAiApi.builder()
                        .baseUrl(demo.uri("").toString())
                        .apiKey(token)
                        .build())
                .defaultOptions(options().build())
                .retryTemplate(RetryTemplate.builder().maxAttempts(1).build())
                .build();
    }

    private static OpenAiChatOptions.Builder options() {
        return OpenAiChatOptions.builder().model("demo").maxCompletionTokens(40);
    }

    private static ChatResponse ask(OpenAiChatOptions.Builder options) {
        return chat.call(new Prompt(ServedDemo.QUESTION, options.build()));
    }

    private static String text(ChatResponse response) {
        return response.getResult().getOutput().getText();
    }

    @Test
    void itChatsWithSteeringInItsExtraBodyOrItsModelsName() {
        String plain = text(ask(options()));
        ChatResponse steered = ask(options().extraBody(SCANS));
        assertNotEquals(plain, text(steered));
        assertEquals(text(ask(options().model("demo+scans"))), text(steered));
        assertEquals(text(ask(options().model("demo+scans@refusal"))), text(steered));
        assertEquals("STOP", steered.getResult().getMetadata().getFinishReason());
        assertEquals(17, steered.getMetadata().getUsage().getPromptTokens());
        assertTrue(steered.getMetadata().getUsage().getCompletionTokens() > 0);
    }

    @Test
    void itsOptionsDoWhatTheySay() {
        String whole = text(ask(options()));
        String stop = whole.substring(6, 9);
        assertEquals(whole.substring(0, whole.indexOf(stop)), text(ask(options().stop(List.of(stop)))));
        ChatResponse cut = chat.call(new Prompt(
                List.of(new SystemMessage("Answer."), new UserMessage(ServedDemo.QUESTION)),
                options().maxCompletionTokens(3).build()));
        assertEquals("LENGTH", cut.getResult().getMetadata().getFinishReason());
        assertEquals(3, cut.getMetadata().getUsage().getCompletionTokens());
        ChatResponse two = ask(options().N(2).temperature(1.5).seed(3));
        assertEquals(2, two.getResults().size());
        assertEquals(text(ask(options().temperature(1.5).seed(3))), text(two));
    }

    @Test
    void itStreams() {
        for (OpenAiChatOptions.Builder options : List.of(options(), options().extraBody(SCANS))) {
            List<ChatResponse> pieces = chat.stream(new Prompt(
                            ServedDemo.QUESTION, options.streamUsage(true).build()))
                    .collectList()
                    .block(WAIT);
            StringBuilder text = new StringBuilder();
            pieces.stream()
                    .filter(piece -> piece.getResult() != null)
                    .map(piece -> piece.getResult().getOutput().getText())
                    .forEach(piece -> text.append(piece == null ? "" : piece));
            ChatResponse whole = chat.call(
                    new Prompt(ServedDemo.QUESTION, options.streamUsage(false).build()));
            assertEquals(text(whole), text.toString());
            assertTrue(pieces.size() > 5, "in pieces");
            assertEquals(
                    whole.getMetadata().getUsage().getTotalTokens(),
                    pieces.get(pieces.size() - 1).getMetadata().getUsage().getTotalTokens());
        }
    }

    @Test
    void whatItCancelsIsNotAnsweredAnyFurther() throws Exception {
        Prompt many = new Prompt(
                ServedDemo.QUESTION,
                options()
                        .maxCompletionTokens(200)
                        .N(ServedDemo.MANY)
                        .temperature(2.0)
                        .seed(1)
                        .build());
        demo.awaitDisconnect(() -> assertEquals(
                1, chat.stream(many).take(1).collectList().block(WAIT).size()));
    }

    @Test
    void itsErrorsAreItsOwn() {
        OpenAiChatModel stranger = chat("x".repeat(32));
        NonTransientAiException unknown =
                assertThrows(NonTransientAiException.class, () -> stranger.call(ServedDemo.QUESTION));
        assertTrue(unknown.getMessage().contains("invalid_api_key"), unknown.getMessage());
        Map<OpenAiChatOptions.Builder, String> wrong = Map.of(
                options().model("other"), "model_not_found",
                options().presencePenalty(1.0), "repetition_penalty",
                options().extraBody(Map.of("steering", Map.of("vector", "none"))), "vector_not_found",
                options().extraBody(Map.of("steering", Map.of("method", "add", "vector", "refusal", "strength", 1e38))),
                        "numeric_overflow");
        wrong.forEach((options, code) -> {
            NonTransientAiException refused = assertThrows(NonTransientAiException.class, () -> ask(options));
            assertTrue(refused.getMessage().contains(code), refused.getMessage());
        });
        Exception stream = assertThrows(Exception.class, () -> chat.stream(
                        new Prompt(ServedDemo.QUESTION, options().model("other").build()))
                .blockLast(WAIT));
        assertEquals(
                404,
                assertInstanceOf(WebClientResponseException.class, stream)
                        .getStatusCode()
                        .value());
    }
}
