package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.ChatResponse.LikelyToken;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How probable tokens were, as OpenAI's interface tells it. */
class LogprobsTest {
    private static final String ASKED = ",\"logprobs\":true,\"top_logprobs\":3";
    private static final String SCANS = ",\"steering\":{\"method\":\"scans\",\"vector\":\"refusal\"}";

    @TempDir
    private static Path directory;

    private static Path bundle;
    private static Path vector;
    private static ServedDemo demo;

    @BeforeAll
    static void start() {
        bundle = ServedDemo.bundle(directory);
        vector = ServedDemo.vector(directory, bundle);
        demo = ServedDemo.start(bundle, vector, settings -> settings);
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    private static void assertSame(LikelyToken expected, JsonNode told) {
        assertEquals(expected.text(), told.path("token").asText());
        assertEquals(expected.logProbability(), told.path("logprob").asDouble());
        byte[] bytes = expected.text().getBytes(StandardCharsets.UTF_8);
        assertEquals(bytes.length, told.path("bytes").size());
        for (int i = 0; i < bytes.length; i++) {
            assertEquals(bytes[i] & 0xff, told.path("bytes").path(i).asInt());
        }
    }

    private static JsonNode content(JsonNode answer) {
        return answer.path("choices").path(0).path("logprobs").path("content");
    }

    private static String joined(JsonNode content) {
        StringBuilder text = new StringBuilder();
        content.forEach(token -> text.append(token.path("token").asText()));
        return text.toString();
    }

    private static String text(JsonNode answer) {
        return answer.path("choices").path(0).path("message").path("content").asText();
    }

    @Test
    void aChatsAreThoseOfTheLibrarySteeredOrNot() throws Exception {
        try (SteeredModel model = SteeredModel.open(bundle)) {
            var scans = model.prepare(Steering.scans(VectorFile.read(vector)));
            String before = "";
            for (String steering : List.of("", SCANS)) {
                ChatResponse expected = model.chat(ChatRequest.builder(ServedDemo.QUESTION)
                        .options(GenerationOptions.builder()
                                .maxNewTokens(40)
                                .likelihoods(3)
                                .build())
                        .steering(steering.isEmpty() ? null : scans)
                        .build());
                JsonNode answer = demo.chat(ServedDemo.QUESTION, ASKED + steering);
                JsonNode content = content(answer);
                assertEquals(expected.text(), text(answer));
                assertEquals(expected.text(), joined(content));
                assertEquals(expected.tokens().size(), content.size());
                for (int i = 0; i < content.size(); i++) {
                    LikelyToken token = expected.tokens().get(i);
                    assertSame(token, content.path(i));
                    JsonNode top = content.path(i).path("top_logprobs");
                    assertEquals(3, top.size());
                    for (int k = 0; k < 3; k++) {
                        assertSame(token.likely().get(k), top.path(k));
                    }
                    // Written greedily: the most probable one.
                    assertEquals(content.path(i).path("logprob"), top.path(0).path("logprob"));
                }
                assertNotEquals(before, content.toString());
                before = content.toString();
                assertTrue(demo.chat(ServedDemo.QUESTION, steering)
                        .path("choices")
                        .path(0)
                        .path("logprobs")
                        .isNull());
            }
        }
    }

    @Test
    void aStreamTellsThemInItsLastEvent() throws Exception {
        JsonNode whole = demo.chat(ServedDemo.QUESTION, ASKED);
        HttpResponse<String> stream =
                demo.post(ServedDemo.CHAT, ServedDemo.body(ServedDemo.QUESTION, ASKED + ",\"stream\":true"));
        int told = 0;
        for (String line :
                stream.body().lines().filter(one -> one.startsWith("data: {")).toList()) {
            JsonNode choice = ServedDemo.JSON
                    .readTree(line.substring("data: ".length()))
                    .path("choices")
                    .path(0);
            if (!choice.path("logprobs").isNull()) {
                told++;
                assertEquals(content(whole), choice.path("logprobs").path("content"));
                assertEquals("stop", choice.path("finish_reason").asText());
            }
        }
        assertEquals(1, told);
    }

    @Test
    void whatAStopTextTookIsNotTold() throws Exception {
        String whole = text(demo.chat(ServedDemo.QUESTION, ""));
        String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 3);
        JsonNode stopped = demo.chat(
                ServedDemo.QUESTION,
                ASKED + ",\"stop\":" + ServedDemo.JSON.getNodeFactory().textNode(stop));
        String tokens = joined(content(stopped));
        assertTrue(tokens.startsWith(text(stopped)), tokens);
        JsonNode last = content(stopped).path(content(stopped).size() - 1);
        assertTrue(
                tokens.length() - last.path("token").asText().length()
                        < text(stopped).length(),
                tokens);
    }

    @Test
    void aCompletionsAreAsTheOlderInterfaceHasThem() throws Exception {
        String body = "{\"model\":\"demo\",\"prompt\":\"Sure, to whip a\",\"max_tokens\":8,\"logprobs\":2}";
        JsonNode choice = ServedDemo.JSON
                .readTree(demo.post("/v1/completions", body).body())
                .path("choices")
                .path(0);
        JsonNode told = choice.path("logprobs");
        try (SteeredModel model = SteeredModel.open(bundle)) {
            ChatResponse expected = model.chat(ChatRequest.builder("Sure, to whip a")
                    .options(GenerationOptions.builder()
                            .maxNewTokens(8)
                            .likelihoods(2)
                            .build())
                    .withoutTemplate()
                    .build());
            int offset = 0;
            for (int i = 0; i < expected.tokens().size(); i++) {
                LikelyToken token = expected.tokens().get(i);
                assertEquals(token.text(), told.path("tokens").path(i).asText());
                assertEquals(
                        token.logProbability(),
                        told.path("token_logprobs").path(i).asDouble());
                assertEquals(offset, told.path("text_offset").path(i).asInt());
                offset += token.text().length();
                for (LikelyToken other : token.likely()) {
                    assertEquals(
                            other.logProbability(),
                            told.path("top_logprobs").path(i).path(other.text()).asDouble());
                }
            }
            assertEquals(choice.path("text").asText().length(), offset);
        }
    }

    private static void assertGolden(JsonNode golden, List<LikelyToken> told) {
        assertEquals(golden.size(), told.size());
        for (int i = 0; i < told.size(); i++) {
            assertEquals(golden.path(i).path("token").asText(), told.get(i).text());
            assertEquals(golden.path(i).path("logprob").asDouble(), told.get(i).logProbability(), 5e-4);
            assertEquals(3, told.get(i).likely().size());
            for (LikelyToken other : told.get(i).likely()) {
                double expected = golden.path(i).path("top").path(other.text()).asDouble(1);
                assertEquals(expected, other.logProbability(), 5e-4, other.toString());
            }
        }
    }

    @Test
    void theyAreThoseOfLlamaCpp() throws Exception {
        JsonNode golden = ServedDemo.JSON.readTree(LogprobsTest.class.getResourceAsStream("logprobs.json"));
        GenerationOptions eight =
                GenerationOptions.builder().maxNewTokens(8).likelihoods(3).build();
        try (SteeredModel model = SteeredModel.open(bundle)) {
            assertGolden(
                    golden.path("chat").path("tokens"),
                    model.chat(ChatRequest.builder(
                                            golden.path("chat").path("question").asText())
                                    .options(eight)
                                    .build())
                            .tokens());
            assertGolden(
                    golden.path("completion").path("tokens"),
                    model.chat(ChatRequest.builder(golden.path("completion")
                                            .path("prompt")
                                            .asText())
                                    .options(eight)
                                    .withoutTemplate()
                                    .build())
                            .tokens());
        }
    }
}
