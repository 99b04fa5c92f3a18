package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import dev.steering.server.access.Quota;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own Java client, which knows nothing of this server, drives it. */
@SuppressWarnings("deprecation") // clients still use the older names
class OpenAiClientTest {
    private static final String TOKEN = "t".repeat(32);

    @TempDir
    private static Path directory;

    private static ServedDemo demo;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        Path tokens = directory.resolve("tokens.txt");
        Files.writeString(tokens, TOKEN + "\n");
        Path bundle = ServedDemo.bundle(directory);
        demo = ServedDemo.start(bundle, ServedDemo.vector(directory, bundle), s -> s.withTokens(tokens, Quota.DEFAULTS)
                .withLimits(ServedDemo.oneByOne()));
        client = client(TOKEN);
    }

    private static OpenAIClient client(String token) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(demo.uri("/v1").toString())
                .apiKey(token)
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        demo.close();
    }

    private static ChatCompletionCreateParams.Builder question() {
        return ChatCompletionCreateParams.builder().model("demo").addUserMessage(ServedDemo.QUESTION);
    }

    @Test
    void itChatsWithSteeringInItsExtraBody() {
        ChatCompletion plain = client.chat()
                .completions()
                .create(question().maxCompletionTokens(40).build());
        ChatCompletion steered = client.chat()
                .completions()
                .create(question()
                        .maxCompletionTokens(40)
                        .putAdditionalBodyProperty(
                                "steering", JsonValue.from(Map.of("method", "scans", "vector", "refusal")))
                        .build());
        ChatCompletion alias = client.chat()
                .completions()
                .create(question().model("demo+scans@refusal").maxTokens(40).build());
        String text = steered.choices().get(0).message().content().orElseThrow();
        assertEquals(text, alias.choices().get(0).message().content().orElseThrow());
        assertTrue(!text.equals(plain.choices().get(0).message().content().orElseThrow()));
        assertEquals(
                ChatCompletion.Choice.FinishReason.STOP,
                steered.choices().get(0).finishReason());
        assertEquals(17, steered.usage().orElseThrow().promptTokens());
        Map<?, ?> report =
                (Map<?, ?>) steered._additionalProperties().get("steering").convert(Map.class);
        Map<?, ?> decision = (Map<?, ?>) ((List<?>) report.get("decisions")).get(0);
        assertEquals(-1, decision.get("sign"));
        steered.validate();
    }

    @Test
    void itStreamsAndCancels() throws Exception {
        String whole = client.chat()
                .completions()
                .create(question().maxTokens(40).build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
        StringBuilder text = new StringBuilder();
        long[] usage = {0};
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(question()
                        .maxTokens(40)
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            stream.stream().forEach(chunk -> {
                chunk.validate();
                chunk.choices()
                        .forEach(choice -> text.append(choice.delta().content().orElse("")));
                chunk.usage().ifPresent(used -> usage[0] = used.totalTokens());
            });
        }
        assertEquals(whole, text.toString());
        assertTrue(usage[0] > 17);
        demo.awaitDisconnect(() -> {
            try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                    .completions()
                    .createStreaming(question()
                            .temperature(2.0)
                            .seed(1)
                            .maxTokens(200)
                            .n(ServedDemo.MANY)
                            .build())) {
                assertTrue(stream.stream().findFirst().isPresent());
            }
        });
    }

    @Test
    void itCompletesTextsAndListsModels() {
        String text = client.completions()
                .create(CompletionCreateParams.builder()
                        .model("demo")
                        .prompt("Sure, to whip a")
                        .maxTokens(8)
                        .build())
                .choices()
                .get(0)
                .text();
        assertTrue(!text.isEmpty());
        List<String> ids =
                client.models().list().data().stream().map(model -> model.id()).toList();
        assertTrue(ids.contains("demo") && ids.contains("demo+add@refusal"), ids.toString());
        assertEquals("demo", client.models().retrieve("demo").id());
    }

    @Test
    void itsErrorsAreItsOwn() {
        BadRequestException wrong = assertThrows(BadRequestException.class, () -> client.chat()
                .completions()
                .create(question().presencePenalty(1.0).build()));
        assertEquals("unsupported_parameter", wrong.code().orElseThrow());
        assertEquals("presence_penalty", wrong.param().orElseThrow());
        assertThrows(NotFoundException.class, () -> client.chat()
                .completions()
                .create(question().model("other").build()));
        OpenAIClient stranger = client("x".repeat(32));
        assertThrows(UnauthorizedException.class, () -> stranger.models().list());
        stranger.close();
    }
}
