package dev.steering.server;

import dev.steering.apply.ChatResponse;
import dev.steering.apply.ModelStatistics;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.steer.SteeringResolver.Resolved;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What a server counts, for Prometheus. Thread-safe. */
final class ServerMetrics {
    private static final double NANOS = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests;
    private final Counter disconnects;
    private final Histogram seconds;
    private final Histogram first;
    private final Counter tokens;
    private final Counter decisions;
    private final ServedModels models;

    ServerMetrics(ServedModels models, IntSupplier connections) {
        this.models = models;
        requests = Counter.builder()
                .name("steering_requests_total")
                .help("Requests by HTTP's status")
                .labelNames("status")
                .register(registry);
        disconnects = Counter.builder()
                .name("steering_disconnects_total")
                .help("Requests whose client went away before the answer was complete")
                .register(registry);
        seconds = Histogram.builder()
                .name("steering_request_seconds")
                .help("From a request to the end of its answer")
                .register(registry);
        first = Histogram.builder()
                .name("steering_first_token_seconds")
                .help("From a request to the first text of its answer")
                .labelNames("model")
                .register(registry);
        tokens = Counter.builder()
                .name("steering_tokens_total")
                .help("Tokens of prompts and answers")
                .labelNames("model", "kind")
                .register(registry);
        decisions = Counter.builder()
                .name("steering_gate_decisions_total")
                .help("What gates decided about questions")
                .labelNames("model", "method", "decision")
                .register(registry);
        GaugeWithCallback.builder()
                .name("steering_connections")
                .help("Connections that are open")
                .callback(callback -> callback.call(connections.getAsInt()))
                .register(registry);
        gauge("steering_queue_waiting", "Answers that wait for a row of the batch", ModelStatistics::waiting);
        gauge("steering_queue_writing", "Answers that are being written", ModelStatistics::writing);
        gauge("steering_batch_rows_mean", "Mean rows of a decoding pass", ModelStatistics::meanRows);
        CounterWithCallback.builder()
                .name("steering_decoding_passes_total")
                .help("Decoding passes")
                .labelNames("model")
                .callback(callback -> models.all()
                        .forEach(model -> callback.call(
                                (double) model.model().statistics().passes(), model.name())))
                .register(registry);
    }

    private void gauge(String name, String help, ToDoubleFunction<ModelStatistics> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("model")
                .callback(callback -> models.all()
                        .forEach(model ->
                                callback.call(value.applyAsDouble(model.model().statistics()), model.name())))
                .register(registry);
    }

    void firstToken(String model, long nanos) {
        first.labelValues(model).observe(nanos / NANOS);
    }

    void answered(String model, @Nullable Resolved steering, ChatResponse response) {
        tokens.labelValues(model, "prompt").inc(response.usage().promptTokens());
        tokens.labelValues(model, "completion").inc(response.usage().completionTokens());
        if (steering != null) {
            response.decisions().forEach(decision -> decisions
                    .labelValues(model, steering.method(), decision.harmful() ? "harmful" : "harmless")
                    .inc());
        }
    }

    void done(HttpExchange exchange) {
        requests.labelValues(Integer.toString(exchange.status())).inc();
        seconds.observe(exchange.nanos() / NANOS);
        if (exchange.notes().containsKey("disconnected")) {
            disconnects.inc();
        }
    }

    void scrape(HttpExchange exchange) throws IOException {
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.builder()
                .setIncludeCreatedTimestamps(false)
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out, registry.scrape());
        exchange.send(200, writer.getContentType(), out.toByteArray(), Map.of());
    }
}
