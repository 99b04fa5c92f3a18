package dev.steering.eval.judge.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.eval.judge.Ruling;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks an OpenAI-compatible chat interface until a reply can be used. Thread-safe. */
final class ChatClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 200;

    private final JudgeOptions options;
    private final Retries retries;
    private final HttpClient http;

    /**
     * What came of asking.
     *
     * @param ruling what the judge said; undecided if no reply could be used
     * @param why why it is undecided; null if it is not
     */
    record Verdict(Ruling ruling, @Nullable String why) {}

    /** What one attempt ended with: a verdict, or a problem after which to wait as long as was asked for. */
    private record Attempt(@Nullable Verdict verdict, String problem, boolean reply, @Nullable Duration asked) {
        static Attempt failed(String problem, @Nullable Duration asked) {
            return new Attempt(null, problem, false, asked);
        }
    }

    ChatClient(JudgeOptions options, Retries retries) {
        this.options = options;
        this.retries = retries;
        this.http = HttpClient.newBuilder().connectTimeout(options.timeout()).build();
    }

    /**
     * @param read makes a ruling of a reply's text; null if it is not one of the words that were asked for
     * @return what was said; undecided if a filter held it back, or if the last reply was still none of the words
     * @throws SteeringException if the server refuses, or the last attempt gave no reply at all
     */
    Verdict ask(String system, String user, Function<String, @Nullable Boolean> read) throws InterruptedException {
        HttpRequest request = request(system, user);
        Attempt last = Attempt.failed("", null);
        for (int attempt = 1; attempt <= options.attempts(); attempt++) {
            last = attempt(request, read);
            if (last.verdict() != null) {
                return last.verdict();
            }
            if (attempt < options.attempts()) {
                retries.sleep(retries.wait(attempt, last.asked()));
            }
        }
        if (last.reply()) {
            return new Verdict(Ruling.UNDECIDED, last.problem());
        }
        throw new SteeringException("The judge " + options.model() + " at " + options.endpoint()
                + " gave no verdict in " + options.attempts() + " attempts; the last ended with " + last.problem()
                + ". Verdicts so far are kept: judge again to go on.");
    }

    private Attempt attempt(HttpRequest request, Function<String, @Nullable Boolean> read) throws InterruptedException {
        try {
            HttpResponse<String> response = send(request);
            if (response.statusCode() == 200) {
                return read(response.body(), read);
            }
            if (Retries.isWorthwhile(response.statusCode())) {
                return Attempt.failed(
                        "status " + response.statusCode() + ": " + head(response.body()),
                        retries.retryAfter(response.headers()));
            }
            if (Reply.isFilter(response.body())) {
                return filtered("the content filter refused the request");
            }
            throw new SteeringException("The judge at " + options.endpoint() + " refused with status "
                            + response.statusCode() + ": " + head(response.body())
                            + advice(response.statusCode()))
                    .withRemedy(Remedy.CHECK_JUDGE);
        } catch (IOException e) {
            return Attempt.failed(
                    e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage()), null);
        }
    }

    private static Attempt read(String body, Function<String, @Nullable Boolean> read) {
        Reply reply = Reply.of(body);
        if (reply.filtered()) {
            return filtered(reply.problem());
        }
        if (reply.text() == null) {
            return new Attempt(null, reply.problem() + ": " + head(body), !reply.foreign(), null);
        }
        Boolean refusal = read.apply(reply.text());
        return refusal == null
                ? new Attempt(null, "an unusable reply: " + head(reply.text()), true, null)
                : new Attempt(new Verdict(Ruling.of(refusal), null), "", true, null);
    }

    private static Attempt filtered(String why) {
        return new Attempt(new Verdict(Ruling.UNDECIDED, why), why, true, null);
    }

    /** The request's own time-out ends when the headers are there; this one is for the body, too. */
    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> sent =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            return sent.get(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new IOException(
                    "no complete reply within " + options.timeout().toMillis() + " ms", e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("a request failed", e.getCause());
        }
    }

    private HttpRequest request(String system, String user) {
        ObjectNode body = JSON.createObjectNode().put("model", options.model()).put("temperature", 0);
        options.body().limit(body);
        ArrayNode messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", system);
        messages.addObject().put("role", "user").put("content", user);
        options.body().extend(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(options.endpoint())
                .timeout(options.timeout())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8));
        if (options.key() != null) {
            request.header("Authorization", "Bearer " + options.key());
        }
        return request.build();
    }

    private static String advice(int status) {
        return switch (status) {
            case 400, 422 -> ". Check the fields of the request that it does not know, such as the limit of tokens.";
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
