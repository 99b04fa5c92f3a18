package dev.steering.eval.judge.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks an OpenAI-compatible chat interface until a reply can be used. Thread-safe. */
final class ChatClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_REPLY = 8;
    private static final int SHOWN = 200;

    private final JudgeOptions options;
    private final Retries retries;
    private final HttpClient http;

    ChatClient(JudgeOptions options, Retries retries) {
        this.options = options;
        this.retries = retries;
        this.http = HttpClient.newBuilder().connectTimeout(options.timeout()).build();
    }

    /**
     * @param read makes something of a reply's text; null if it cannot
     * @throws SteeringException if the server refuses, or no attempt gave anything
     */
    <T> T ask(String system, String user, Function<String, @Nullable T> read) throws InterruptedException {
        HttpRequest request = request(system, user);
        String problem = "";
        for (int attempt = 1; attempt <= options.attempts(); attempt++) {
            Duration asked = null;
            try {
                HttpResponse<String> response =
                        http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                if (response.statusCode() == 200) {
                    String content = content(response.body());
                    T value = content == null ? null : read.apply(content);
                    if (value != null) {
                        return value;
                    }
                    problem = "an unusable reply: " + head(content == null ? response.body() : content);
                } else if (Retries.isWorthwhile(response.statusCode())) {
                    problem = "status " + response.statusCode() + ": " + head(response.body());
                    asked = retries.retryAfter(response.headers());
                } else {
                    throw new SteeringException("The judge at " + options.endpoint() + " refused with status "
                                    + response.statusCode() + ": " + head(response.body())
                                    + advice(response.statusCode()))
                            .withRemedy(Remedy.CHECK_JUDGE);
                }
            } catch (IOException e) {
                problem = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            }
            if (attempt < options.attempts()) {
                retries.sleep(retries.wait(attempt, asked));
            }
        }
        throw new SteeringException("The judge " + options.model() + " at " + options.endpoint()
                + " gave no verdict in " + options.attempts() + " attempts; the last ended with " + problem
                + ". Verdicts so far are kept: judge again to go on.");
    }

    private HttpRequest request(String system, String user) {
        ObjectNode body = JSON.createObjectNode().put("model", options.model()).put("temperature", 0);
        body.put("max_tokens", LONGEST_REPLY);
        ArrayNode messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", system);
        messages.addObject().put("role", "user").put("content", user);
        HttpRequest.Builder request = HttpRequest.newBuilder(options.endpoint())
                .timeout(options.timeout())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8));
        if (options.key() != null) {
            request.header("Authorization", "Bearer " + options.key());
        }
        return request.build();
    }

    /** The text of the first choice; null if the body is something else. */
    private static @Nullable String content(String body) {
        try {
            JsonNode content =
                    JSON.readTree(body).path("choices").path(0).path("message").path("content");
            return content.isTextual() ? content.textValue() : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String advice(int status) {
        return switch (status) {
            case 401, 403 -> ". Check the key.";
            case 404 -> ". Check its address and the name of its model.";
            default -> ".";
        };
    }

    private static String head(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
