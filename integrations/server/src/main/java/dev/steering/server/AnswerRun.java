package dev.steering.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.ChatStream;
import dev.steering.server.http.EventStream;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.openai.AnswerJson;
import dev.steering.server.openai.ErrorJson;
import dev.steering.server.openai.SamplingFields.Sampling;
import dev.steering.server.steer.SteeringReport;
import dev.steering.server.steer.SteeringResolver.Resolved;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The answers to one request while they are written, sent as they come or all in the end. Thread-safe. */
final class AnswerRun {
    private static final String DONE = "[DONE]";

    /**
     * Who is told what.
     *
     * @param sampling how the client gets the answers
     * @param log whether the log gets them, too
     */
    record Told(Sampling sampling, boolean log) {}

    private final HttpExchange exchange;
    private final ServedModel model;
    private final @Nullable Resolved steering;
    private final AnswerJson json;
    private final Sampling sampling;
    private final boolean logsText;
    private final ServerMetrics metrics;
    private final Failures failures;
    private final List<ChatStream> streams = new CopyOnWriteArrayList<>();
    private @Nullable EventStream events;
    private boolean begun;
    private boolean failed;

    AnswerRun(
            HttpExchange exchange,
            ServedModel model,
            @Nullable Resolved steering,
            AnswerJson json,
            Told told,
            ServerMetrics metrics,
            Failures failures) {
        this.exchange = exchange;
        this.model = model;
        this.steering = steering;
        this.json = json;
        this.sampling = told.sampling();
        this.logsText = told.log();
        this.metrics = metrics;
        this.failures = failures;
    }

    /** Puts all into the model's queue, or none. */
    void begin(List<ChatRequest> requests) {
        List<CompletableFuture<ChatResponse>> responses = new ArrayList<>();
        try {
            for (int i = 0; i < requests.size(); i++) {
                int index = i;
                ChatStream stream = sampling.stream()
                        ? model.model().stream(requests.get(i), piece -> piece(index, piece))
                        : model.model().answer(requests.get(i), this::first);
                streams.add(stream);
                responses.add(stream.response().toCompletableFuture().thenApply(response -> ended(index, response)));
            }
        } catch (RuntimeException e) {
            // First told: what is cancelled ends, and would begin a stream of events to say so.
            fail(e);
            cancel();
            return;
        }
        exchange.onDisconnect(this::cancel);
        CompletableFuture<Void> unused = CompletableFuture.allOf(responses.toArray(CompletableFuture[]::new))
                .handle((nothing, failure) -> {
                    if (failure == null) {
                        finish(responses.stream().map(CompletableFuture::join).toList());
                    } else {
                        cancel();
                        fail(failure);
                    }
                    return null;
                });
    }

    private void cancel() {
        streams.forEach(ChatStream::cancel);
    }

    private void piece(int index, String piece) {
        first();
        if (!hasFailed()) {
            events().event(json.piece(index, piece));
        }
    }

    private synchronized boolean hasFailed() {
        return failed;
    }

    private synchronized void first() {
        if (!begun) {
            begun = true;
            metrics.firstToken(model.name(), exchange.nanos());
        }
    }

    private EventStream events() {
        List<String> heads = new ArrayList<>();
        EventStream stream;
        synchronized (this) {
            stream = events;
            if (stream == null) {
                stream = exchange.events();
                events = stream;
                for (int i = 0; json.chat() && i < sampling.each().size(); i++) {
                    heads.add(json.first(i));
                }
                heads.forEach(stream::event);
            }
        }
        return stream;
    }

    private ChatResponse ended(int index, ChatResponse response) {
        metrics.answered(model.name(), steering, response);
        if (sampling.stream() && !hasFailed()) {
            events().event(json.last(index, response, report(response)));
        }
        return response;
    }

    private ObjectNode report(ChatResponse response) {
        return SteeringReport.of(steering, response.decisions());
    }

    private void finish(List<ChatResponse> responses) {
        note(responses);
        try {
            if (!sampling.stream()) {
                exchange.sendJson(200, json.whole(responses, report(responses.get(0))));
                return;
            }
            if (sampling.usage()) {
                events().event(json.usageEvent(responses));
            }
            events().event(DONE);
            events().end();
        } catch (UncheckedIOException e) {
            // The client has gone just now.
            cancel();
        }
    }

    private void note(List<ChatResponse> responses) {
        ChatResponse first = responses.get(0);
        exchange.note("prompt_tokens", first.usage().promptTokens());
        exchange.note(
                "completion_tokens",
                responses.stream()
                        .mapToInt(response -> response.usage().completionTokens())
                        .sum());
        exchange.note("finish", first.finish().name().toLowerCase(Locale.ROOT));
        if (logsText) {
            exchange.note("answers", responses.stream().map(ChatResponse::text).toList());
        }
        if (!first.decisions().isEmpty()) {
            exchange.note("harmful", first.decisions().get(0).harmful());
        }
    }

    /** Once events have begun, HTTP's status is spent: an event says what went wrong. */
    private void fail(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        EventStream begunEvents;
        synchronized (this) {
            begunEvents = events;
            failed = true;
        }
        if (cause instanceof UncheckedIOException) {
            return;
        }
        if (begunEvents == null) {
            failures.answer(exchange, cause);
            return;
        }
        failures.note(exchange, cause);
        try {
            begunEvents.event(ErrorJson.write(ErrorJson.error(cause)));
            begunEvents.end();
        } catch (UncheckedIOException e) {
            exchange.note("disconnected", true);
        }
    }
}
