package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers over HTTP are those of the library and, steered by SCANS, those of its public code. */
class ChatEndpointTest {
    private static final String SCANS = ",\"steering\":{\"method\":\"scans\",\"vector\":\"refusal\"}";

    private static final String BEGINNING = "Sure, to whip a";

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

    private static String text(JsonNode answer) {
        return answer.path("choices").path(0).path("message").path("content").asText();
    }

    /** The data of all events but the last, which is [DONE]. */
    private static List<JsonNode> events(HttpResponse<String> response) throws Exception {
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(
                "text/event-stream; charset=utf-8",
                response.headers().firstValue("content-type").orElseThrow());
        List<String> data = response.body()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring("data: ".length()))
                .toList();
        assertEquals("[DONE]", data.get(data.size() - 1));
        List<JsonNode> events = new ArrayList<>();
        for (String line : data.subList(0, data.size() - 1)) {
            events.add(ServedDemo.JSON.readTree(line));
        }
        return events;
    }

    @Test
    void steeredAnswersAndScoresAreThoseOfThePublicCode() throws Exception {
        int harmful = 0;
        for (JsonNode golden : ServedDemo.goldenAnswers()) {
            JsonNode answer = demo.chat(golden.path("prompt").asText(), SCANS);
            assertEquals(
                    golden.path("unsteered").path("text").asText(),
                    text(demo.chat(golden.path("prompt").asText(), "")));
            assertEquals(golden.path("scans").path("text").asText(), text(answer), golden.toString());
            JsonNode decision = answer.path("steering").path("decisions").path(0);
            assertEquals(golden.path("score").asDouble(), decision.path("score").asDouble(), 1e-4);
            assertEquals(golden.path("sign").asInt(), decision.path("sign").asInt());
            harmful += decision.path("harmful").asBoolean() ? 1 : 0;
        }
        assertTrue(harmful > 0, "some question must be called harmful");
    }

    @Test
    void unsteeredAnswersAndTheirUsageAreThoseOfTheLibrary() throws Exception {
        try (SteeredModel model = SteeredModel.open(bundle)) {
            for (String options : List.of("", ",\"temperature\":0.9,\"seed\":7,\"top_k\":20,\"top_p\":0.9")) {
                GenerationOptions.Builder how = GenerationOptions.builder().maxNewTokens(40);
                if (!options.isEmpty()) {
                    how = how.temperature(0.9).seed(7).topK(20).topP(0.9);
                }
                ChatResponse expected = model.chat(ChatRequest.builder(ServedDemo.QUESTION)
                        .options(how.build())
                        .build());
                JsonNode answer = demo.chat(ServedDemo.QUESTION, options);
                assertEquals(expected.text(), text(answer));
                assertEquals(
                        expected.usage().promptTokens(),
                        answer.path("usage").path("prompt_tokens").asInt());
                assertEquals(
                        expected.usage().completionTokens(),
                        answer.path("usage").path("completion_tokens").asInt());
            }
        }
    }

    @Test
    void everySettingOfTheSteeringFieldIsThatOfTheLibrary() throws Exception {
        try (SteeredModel model = SteeredModel.open(bundle)) {
            var read = VectorFile.read(vector);
            String library = model.chat(ChatRequest.builder(ServedDemo.QUESTION)
                            .options(GenerationOptions.greedy(40))
                            .steering(model.prepare(Steering.add(read, 1.5).withLayers(List.of(2, 3))))
                            .build())
                    .text();
            assertNotEquals(library, text(demo.chat(ServedDemo.QUESTION, "")));
            String own =
                    ",\"steering\":{\"method\":\"add\",\"vector\":\"refusal\",\"strength\":1.5,\"layers\":\"2-3\"}";
            assertEquals(library, text(demo.chat(ServedDemo.QUESTION, own)));
            String easySteer = ",\"steer_vector_request\":{\"steer_vector_name\":\"refusal\",\"algorithm\":\"direct\","
                    + "\"scale\":1.5,\"target_layers\":[2,3]}";
            assertEquals(library, text(demo.chat(ServedDemo.QUESTION, easySteer)));
            // Without an algorithm it adds, whatever gate the vector has; -1 stands for all tokens of a kind.
            assertEquals(
                    library, text(demo.chat(ServedDemo.QUESTION, easySteer.replace("\"algorithm\":\"direct\",", ""))));
            String everywhere = easySteer.replace(
                    "\"scale\"",
                    "\"steer_vector_int_id\":1,\"prefill_trigger_tokens\":[-1],"
                            + "\"generate_trigger_tokens\":[-1],\"normalize\":false,\"scale\"");
            assertEquals(
                    text(demo.chat(ServedDemo.QUESTION, own.replace("}", ",\"scope\":\"all\"}"))),
                    text(demo.chat(ServedDemo.QUESTION, everywhere)));
            assertEquals(
                    text(demo.chat(ServedDemo.QUESTION, own.replace("}", ",\"scope\":\"generated\"}"))),
                    text(demo.chat(ServedDemo.QUESTION, everywhere.replace("\"prefill_trigger_tokens\":[-1],", ""))));
            HttpResponse<String> single = demo.post(
                    "/v1/chat/completions", ServedDemo.body(ServedDemo.QUESTION, everywhere.replace("[-1]", "[7]")));
            assertEquals(400, single.statusCode(), single.body());
            JsonNode all = demo.chat(ServedDemo.QUESTION, own.replace("}", ",\"scope\":\"all\"}"));
            assertTrue(
                    all.path("steering").path("settings").toString().contains("\"span\":\"ALL\"")
                            || all.path("steering").path("settings").toString().contains("\"span\":\"all\""),
                    all.toString());
            String plan = demo.chat(ServedDemo.QUESTION, own)
                    .path("steering")
                    .path("settings")
                    .toString();
            assertEquals(library, text(demo.chat(ServedDemo.QUESTION, ",\"steering\":{\"plan\":" + plan + "}")));
        }
    }

    @Test
    void aModelsNameCanSayTheSteering() throws Exception {
        String question = ServedDemo.body(ServedDemo.QUESTION, "");
        String steered = text(demo.chat(ServedDemo.QUESTION, SCANS));
        for (String name : List.of("demo+scans", "demo+scans@refusal")) {
            HttpResponse<String> response =
                    demo.post("/v1/chat/completions", question.replace("\"demo\"", "\"" + name + "\""));
            JsonNode answer = ServedDemo.JSON.readTree(response.body());
            assertEquals(steered, text(answer));
            assertEquals(name, answer.path("model").asText());
        }
        List<String> ids = new ArrayList<>();
        ServedDemo.JSON
                .readTree(demo.get("/v1/models").body())
                .path("data")
                .forEach(model -> ids.add(model.path("id").asText()));
        assertTrue(ids.containsAll(List.of("demo", "demo+scans@refusal", "demo+self-cd")), ids.toString());
        assertFalse(ids.contains("demo+acd"), "it needs soft prompts");
    }

    @Test
    void aStreamIsTheAnswerInPiecesWithUsage() throws Exception {
        JsonNode whole = demo.chat(ServedDemo.QUESTION, SCANS);
        List<JsonNode> events = events(demo.post(
                "/v1/chat/completions",
                ServedDemo.body(
                        ServedDemo.QUESTION, SCANS + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}")));
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(
                event.path("choices").path(0).path("delta").path("content").asText("")));
        assertEquals(text(whole), text.toString());
        assertEquals(
                "assistant",
                events.get(0).path("choices").path(0).path("delta").path("role").asText());
        JsonNode usage = events.get(events.size() - 1);
        assertEquals(whole.path("usage"), usage.path("usage"));
        assertTrue(usage.path("choices").isEmpty());
        JsonNode last = events.get(events.size() - 2);
        assertEquals(whole.path("steering"), last.path("steering"));
        assertEquals(
                whole.path("choices").path(0).path("finish_reason"),
                last.path("choices").path(0).path("finish_reason"));
        assertTrue(events.size() > 5, "in pieces");
    }

    @Test
    void severalAnswersHaveSeedsOfTheirOwn() throws Exception {
        String sampled = ",\"temperature\":1.5,\"seed\":3";
        JsonNode three = demo.chat(ServedDemo.QUESTION, sampled + ",\"n\":3");
        assertEquals(3, three.path("choices").size());
        for (int i = 0; i < 3; i++) {
            String alone = text(demo.chat(ServedDemo.QUESTION, ",\"temperature\":1.5,\"seed\":" + (3 + i)));
            assertEquals(
                    alone,
                    three.path("choices")
                            .path(i)
                            .path("message")
                            .path("content")
                            .asText());
        }
        List<JsonNode> events = events(demo.post(
                "/v1/chat/completions", ServedDemo.body(ServedDemo.QUESTION, sampled + ",\"n\":3,\"stream\":true")));
        for (int i = 0; i < 3; i++) {
            int index = i;
            StringBuilder text = new StringBuilder();
            events.stream()
                    .map(event -> event.path("choices").path(0))
                    .filter(choice -> choice.path("index").asInt() == index)
                    .forEach(choice ->
                            text.append(choice.path("delta").path("content").asText("")));
            assertEquals(
                    three.path("choices")
                            .path(i)
                            .path("message")
                            .path("content")
                            .asText(),
                    text.toString());
        }
    }

    @Test
    void aStopTextEndsTheAnswerAndIsNotInIt() throws Exception {
        String whole = text(demo.chat(ServedDemo.QUESTION, ""));
        String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 3);
        JsonNode stopped = demo.chat(
                ServedDemo.QUESTION,
                ",\"stop\":[" + ServedDemo.JSON.getNodeFactory().textNode(stop) + "]");
        assertEquals(whole.substring(0, whole.indexOf(stop)), text(stopped));
        assertEquals(
                "stop", stopped.path("choices").path(0).path("finish_reason").asText());
        JsonNode cut = demo.chat(ServedDemo.QUESTION, ",\"max_completion_tokens\":3");
        assertEquals("length", cut.path("choices").path(0).path("finish_reason").asText());
        assertEquals(3, cut.path("usage").path("completion_tokens").asInt());
    }

    @Test
    void completionsGoOnWithATextInNoTemplate() throws Exception {
        String prompt = "\"" + BEGINNING + "\"";
        String body = "{\"model\":\"demo\",\"prompt\":" + prompt + ",\"max_tokens\":12";
        HttpResponse<String> response = demo.post("/v1/completions", body + "}");
        JsonNode answer = ServedDemo.JSON.readTree(response.body());
        try (SteeredModel model = SteeredModel.open(bundle)) {
            ChatResponse expected = model.chat(ChatRequest.builder(BEGINNING)
                    .options(GenerationOptions.greedy(12))
                    .withoutTemplate()
                    .build());
            assertEquals(
                    expected.text(), answer.path("choices").path(0).path("text").asText(), response.body());
            assertEquals(
                    expected.usage().promptTokens(),
                    answer.path("usage").path("prompt_tokens").asInt());
            int templated = model.chat(ChatRequest.builder(BEGINNING)
                            .options(GenerationOptions.greedy(1))
                            .build())
                    .usage()
                    .promptTokens();
            assertTrue(expected.usage().promptTokens() < templated);
        }
        String steered = body + ",\"steering\":{\"method\":\"add\",\"vector\":\"refusal\",\"any_model\":true}}";
        JsonNode other =
                ServedDemo.JSON.readTree(demo.post("/v1/completions", steered).body());
        assertNotEquals(
                answer.path("choices").path(0).path("text"),
                other.path("choices").path(0).path("text"));
    }

    @Test
    void theTraceHasTheScoreOfTheGate() throws Exception {
        JsonNode decision = demo.chat(ServedDemo.QUESTION, SCANS)
                .path("steering")
                .path("decisions")
                .path(0);
        String question = "{\"model\":\"demo\",\"vector\":\"refusal\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + ServedDemo.QUESTION + "\"}]}";
        JsonNode trace = ServedDemo.JSON.readTree(
                demo.post("/v1/steering/trace", question).body());
        assertEquals(
                decision.path("score").asDouble(),
                trace.path("gate").path("score").asDouble(),
                1e-6,
                trace.toString());
        assertEquals(6, trace.path("layers").size());
        assertEquals(
                trace.path("gate").path("score").asDouble(),
                trace.path("layers").path(5).path("transition_cosine").asDouble(),
                1e-9);
        String wanted = question.replace("\"vector\":\"refusal\"", "\"layers\":[3]");
        JsonNode states = ServedDemo.JSON.readTree(
                demo.post("/v1/steering/activations", wanted).body());
        assertEquals(128, states.path("data").path(0).path("values").size());
        // The projection of the trace, from the state and the golden direction.
        float[] direction = VectorFile.read(vector).directions().row(3);
        double dot = 0;
        double square = 0;
        for (int i = 0; i < 128; i++) {
            dot += states.path("data").path(0).path("values").path(i).asDouble() * direction[i];
            square += (double) direction[i] * direction[i];
        }
        assertEquals(
                dot / Math.sqrt(square),
                trace.path("layers").path(3).path("projection").asDouble(),
                1e-4);
    }
}
