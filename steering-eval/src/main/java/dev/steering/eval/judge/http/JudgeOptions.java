package dev.steering.eval.judge.http;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which model judges, and how patiently it is asked. Immutable.
 *
 * @param url base of the interface, such as {@code http://localhost:8000/v1}; {@code /chat/completions} is added unless it is there
 * @param model the judging model's name there
 * @param key sent as bearer token; null for none. Never written anywhere
 * @param timeout for one request, from asking to the last byte of the reply
 * @param attempts most requests for one verdict, at least 1
 * @param concurrency most requests at once, at least 1
 * @param firstWait wait before the second request; doubles each time, less a random part of up to a half
 * @param longestWait most to wait, also when the server asks for more
 * @param body what a request says beside the model and its messages
 */
public record JudgeOptions(
        URI url,
        String model,
        @Nullable String key,
        Duration timeout,
        int attempts,
        int concurrency,
        Duration firstWait,
        Duration longestWait,
        RequestBody body) {
    private static final String PATH = "/chat/completions";

    /** @throws SteeringException if the URL is not one of HTTP, the model has no name or a number is out of range */
    public JudgeOptions {
        String scheme = String.valueOf(url.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
            throw new BadRequest(
                    "The judge's URL must begin with http:// or https:// and name a host, found '" + url + "'.");
        }
        if (model.isBlank()) {
            throw new BadRequest("A judge over HTTP needs the name of its model.").withRemedy(Remedy.CHECK_JUDGE);
        }
        if (attempts < 1 || concurrency < 1 || timeout.isNegative() || timeout.isZero()) {
            throw new BadRequest("A judge needs at least 1 attempt, 1 request at once and a time-out, found " + attempts
                    + ", " + concurrency + " and " + timeout + ".");
        }
    }

    /**
     * @param url base of the interface
     * @param model the judging model's name there
     * @param key sent as bearer token; null for none
     * @return one minute, 6 attempts, 4 at once, waiting from half a second to one minute
     */
    public static JudgeOptions of(URI url, String model, @Nullable String key) {
        return new JudgeOptions(
                url,
                model,
                key,
                Duration.ofMinutes(1),
                6,
                4,
                Duration.ofMillis(500),
                Duration.ofMinutes(1),
                RequestBody.DEFAULT);
    }

    /**
     * @param newTimeout for one request
     * @param newAttempts most requests for one verdict
     * @param newConcurrency most requests at once
     * @return a copy with them
     */
    public JudgeOptions withLimits(Duration newTimeout, int newAttempts, int newConcurrency) {
        return new JudgeOptions(url, model, key, newTimeout, newAttempts, newConcurrency, firstWait, longestWait, body);
    }

    /**
     * @param newBody what a request says beside the model and its messages
     * @return a copy with it
     */
    public JudgeOptions withBody(RequestBody newBody) {
        return new JudgeOptions(url, model, key, timeout, attempts, concurrency, firstWait, longestWait, newBody);
    }

    /**
     * @param first wait before the second request
     * @param longest most to wait
     * @return a copy with them
     */
    public JudgeOptions withWaits(Duration first, Duration longest) {
        return new JudgeOptions(url, model, key, timeout, attempts, concurrency, first, longest, body);
    }

    /** @return where requests go */
    URI endpoint() {
        String text = url.toString().replaceAll("/+$", "");
        return URI.create(text.endsWith(PATH) ? text : text + PATH);
    }

    /** Leaves the key out: what prints options must not give it away. */
    @Override
    public String toString() {
        return "JudgeOptions[" + model + " at " + url + "]";
    }
}
