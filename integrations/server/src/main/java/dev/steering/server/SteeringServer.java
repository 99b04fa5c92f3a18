package dev.steering.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.json.JsonDocument;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.server.access.AccessTokens;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.http.HttpRoute;
import dev.steering.server.http.HttpServer;
import dev.steering.server.vectors.VectorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Models that answer over HTTP as OpenAI's do, each request steered as it says. What is refused is told in OpenAI's shape; a request that fails
 * disturbs no other. Thread-safe.
 */
public final class SteeringServer implements AutoCloseable {
    private final ServedModels models;
    private final VectorStore vectors;
    private final HttpServer http;
    private final AtomicBoolean draining;

    private SteeringServer(ServedModels models, VectorStore vectors, HttpServer http, AtomicBoolean draining) {
        this.models = models;
        this.vectors = vectors;
        this.http = http;
        this.draining = draining;
    }

    /**
     * @param settings how it is run
     * @param runtime threads and device of every model
     * @param log told of every request when it has been answered, as JSON on one line that holds nothing of prompts and answers unless
     *     {@link ServerSettings#logsText}
     * @return the server, listening
     * @throws dev.steering.core.SteeringException if a model or vector cannot be used, or it cannot listen or must not without tokens
     */
    public static SteeringServer start(ServerSettings settings, RuntimeOptions runtime, Consumer<String> log) {
        AccessTokens tokens = tokens(settings);
        VectorStore vectors =
                new VectorStore(settings.uploads(), 0, settings.limits().vectors());
        for (Map.Entry<String, Path> entry : new TreeMap<>(settings.vectors()).entrySet()) {
            vectors.keep(entry.getKey(), entry.getValue());
        }
        ServedModels models = ServedModels.open(settings, runtime, vectors);
        try {
            AtomicReference<@Nullable HttpServer> started = new AtomicReference<>();
            ServerMetrics metrics = new ServerMetrics(models, () -> {
                HttpServer server = started.get();
                return server == null ? 0 : server.connections();
            });
            Failures failures = new Failures();
            HttpServer.Setting setting = new HttpServer.Setting(
                    settings.host(), settings.port(), settings.http(), tokens, failures::answer, exchange -> {
                        metrics.done(exchange);
                        log.accept(line(exchange));
                    });
            AtomicBoolean draining = new AtomicBoolean();
            AnswerEndpoint answers = new AnswerEndpoint(models, settings, metrics, failures);
            HttpServer http = HttpServer.start(setting, routes(models, vectors, metrics, answers, draining));
            started.set(http);
            return new SteeringServer(models, vectors, http, draining);
        } catch (RuntimeException | Error e) {
            boolean unused = models.close(Duration.ZERO);
            throw e;
        }
    }

    private static AccessTokens tokens(ServerSettings settings) {
        if (settings.tokens() != null) {
            return AccessTokens.read(settings.tokens(), settings.quota());
        }
        if (!HttpServer.isLoopback(settings.host())) {
            throw new BadRequest("A server that listens at " + settings.host()
                    + " is reached from other machines: it needs a file of tokens. Write one, or listen at 127.0.0.1.");
        }
        return AccessTokens.none(settings.quota());
    }

    private static List<HttpRoute> routes(
            ServedModels models,
            VectorStore vectors,
            ServerMetrics metrics,
            AnswerEndpoint answers,
            AtomicBoolean draining) {
        VectorEndpoint vector = new VectorEndpoint(vectors);
        ResearchEndpoint research = new ResearchEndpoint(models, vectors);
        String all = "/v1/steering/vectors";
        String one = all + "/{name}";
        List<HttpRoute> routes = new ArrayList<>(List.of(
                HttpRoute.post("/v1/chat/completions", answers::chat),
                HttpRoute.post("/v1/completions", answers::completion),
                HttpRoute.get("/v1/models", models::list),
                HttpRoute.get("/v1/models/{model}", models::one),
                HttpRoute.get(all, vector::list),
                new HttpRoute("POST", all, HttpRoute.Body.FILE, false, vector::add),
                HttpRoute.get(one, vector::inspect),
                new HttpRoute("PUT", one, HttpRoute.Body.FILE, false, vector::replace),
                new HttpRoute("DELETE", one, HttpRoute.Body.NONE, false, vector::delete),
                HttpRoute.get("/v1/steering/methods", vector::methods),
                HttpRoute.post("/v1/steering/trace", research::trace),
                HttpRoute.post("/v1/steering/activations", research::activations),
                HttpRoute.get("/metrics", metrics::scrape),
                open("/healthz", exchange -> exchange.sendJson(200, "{\"status\":\"alive\"}")),
                open("/readyz", exchange -> {
                    boolean stopping = draining.get();
                    exchange.sendJson(
                            stopping ? 503 : 200, "{\"status\":\"" + (stopping ? "draining" : "ready") + "\"}");
                })));
        routes.addAll(PageEndpoint.routes());
        return routes;
    }

    private static HttpRoute open(String path, HttpRoute.Endpoint endpoint) {
        return new HttpRoute("GET", path, HttpRoute.Body.NONE, true, endpoint);
    }

    private static String line(HttpExchange exchange) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("request", exchange.id())
                .put("method", exchange.method())
                .put("path", exchange.path())
                .put("status", exchange.status())
                .put("ms", exchange.nanos() / 1_000_000);
        exchange.notes().forEach((key, value) -> {
            if (value instanceof Collection<?> many) {
                many.forEach(node.withArray(key)::addPOJO);
            } else {
                node.putPOJO(key, value);
            }
        });
        return JsonDocument.write(node);
    }

    /** @return the port that it listens at */
    public int port() {
        return http.port();
    }

    /** @return requests that are being answered */
    public int answering() {
        return http.exchanges();
    }

    /**
     * Takes no more requests, lets those that were taken come to their end, and stops.
     *
     * @param drain how long to wait; what has not ended then fails
     * @return whether everything that was taken came to its end
     */
    public boolean close(Duration drain) {
        draining.set(true);
        boolean drained = http.drain(drain);
        boolean unused = models.close(Duration.ZERO);
        if (!drained) {
            boolean told = http.drain(Duration.ofSeconds(2));
            drained &= told;
        }
        http.close();
        vectors.close();
        return drained;
    }

    /** Takes no more requests, has those that were taken fail, and stops. */
    @Override
    public void close() {
        boolean unused = close(Duration.ZERO);
    }
}
