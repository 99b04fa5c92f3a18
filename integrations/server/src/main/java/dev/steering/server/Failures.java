package dev.steering.server;

import dev.steering.server.http.HttpError;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.openai.ErrorJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells clients what went wrong, and the log what nobody expected. Stateless and thread-safe. */
final class Failures {
    private static final int FRAMES = 12;

    void answer(HttpExchange exchange, Throwable failure) {
        HttpError error = note(exchange, failure);
        Map<String, String> headers = new LinkedHashMap<>(error.headers());
        if (error.retryAfter() > 0) {
            headers.put("Retry-After", Integer.toString(error.retryAfter()));
        }
        if (error.status() == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        if (error.status() == 408 || error.status() == 413 || error.status() == 503) {
            headers.put("Connection", "close");
        }
        byte[] content = ErrorJson.write(error).getBytes(StandardCharsets.UTF_8);
        exchange.send(error.status(), "application/json", content, headers);
    }

    HttpError note(HttpExchange exchange, Throwable failure) {
        HttpError error = ErrorJson.error(failure);
        exchange.note("error", error.code());
        if (error.status() == 500) {
            // Where, never what: a message may quote the prompt.
            exchange.note("failure", failure.getClass().getName());
            List<String> frames = Arrays.stream(failure.getStackTrace())
                    .limit(FRAMES)
                    .map(StackTraceElement::toString)
                    .toList();
            exchange.note("at", frames);
        }
        return error;
    }
}
