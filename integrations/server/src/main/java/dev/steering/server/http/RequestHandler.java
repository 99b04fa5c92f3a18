package dev.steering.server.http;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** From the head of a request to its endpoint: who asks, for what, and how much of it. */
final class RequestHandler extends Handler.Abstract.NonBlocking {
    private static final String ID = "X-Request-Id";
    private static final String ALLOW = "Allow";
    private static final String OPTIONS = "OPTIONS";

    private final HttpServer.Setting setting;
    private final List<HttpRoute> routes;
    private final boolean loopback;
    private final ScheduledExecutorService timer;
    private final ClientWatch watch;
    private final IdleConnections idle;
    private final Set<HttpExchange> open;
    private final BooleanSupplier draining;
    private final BodyBudget budget;
    private final SecureRandom random = new SecureRandom();

    RequestHandler(
            HttpServer.Setting setting,
            List<HttpRoute> routes,
            boolean loopback,
            ScheduledExecutorService timer,
            IdleConnections idle,
            Set<HttpExchange> open,
            BooleanSupplier draining) {
        this.setting = setting;
        this.routes = List.copyOf(routes);
        this.loopback = loopback;
        this.timer = timer;
        this.watch = new ClientWatch(timer);
        this.idle = idle;
        this.open = open;
        this.draining = draining;
        this.budget = new BodyBudget(setting.limits().heldBytes());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        HttpExchange exchange = new HttpExchange(request, response, callback, id(request));
        response.getHeaders().put(ID, exchange.id());
        HttpServer.NO_SNIFFING.forEach((name, value) -> response.getHeaders().put(name, value));
        open.add(exchange);
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        idle.busy(connection);
        // Waiting for a model is no silence of the client's.
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(failure -> exchange.disconnect());
        List<Gatekeeper.Pass> passes = new ArrayList<>();
        BodyBudget.Share share = budget.new Share();
        Request.addCompletionListener(request, failure -> {
            exchange.ending();
            watch.end(exchange);
            open.remove(exchange);
            idle.free(connection);
            passes.forEach(Gatekeeper.Pass::leave);
            share.release();
            setting.done().accept(exchange);
        });
        try {
            begin(exchange, request, passes, share);
        } catch (HttpError e) {
            fail(exchange, e);
        }
        return true;
    }

    private void begin(HttpExchange exchange, Request request, List<Gatekeeper.Pass> passes, BodyBudget.Share share) {
        requireHost(request);
        HttpRoute route = route(exchange);
        if (!route.open()) {
            if (draining.getAsBoolean()) {
                throw new HttpError(503, "draining", null, "The server is being stopped. Ask another, or later.");
            }
            passes.add(setting.gatekeeper().enter(request.getHeaders().get(HttpHeader.AUTHORIZATION)));
        }
        int limit = limit(route.body());
        requireBody(request, route.body(), limit);
        BodyReader reader = new BodyReader(
                request,
                limit,
                share,
                bytes -> {
                    exchange.body(bytes);
                    watch.begin(exchange);
                    run(route, exchange);
                },
                error -> fail(exchange, error));
        reader.begin(setting.limits().bodyTime().toMillis(), timer);
    }

    private void run(HttpRoute route, HttpExchange exchange) {
        getServer().getThreadPool().execute(() -> {
            try {
                route.endpoint().handle(exchange);
            } catch (Exception | StackOverflowError | OutOfMemoryError e) {
                fail(exchange, e);
            }
        });
    }

    private void fail(HttpExchange exchange, Throwable e) {
        setting.failed().accept(exchange, e);
    }

    private String id(Request request) {
        String given = request.getHeaders().get(ID);
        if (given != null && given.matches("[A-Za-z0-9._-]{1,64}")) {
            return given;
        }
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return "req-" + HexFormat.of().formatHex(bytes);
    }

    /** A page of another site whose name was made to mean this machine would otherwise speak for its visitor. */
    private void requireHost(Request request) {
        String host = Request.getServerName(request);
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        if (loopback && !name.equals("localhost") && !name.equals("::1") && !name.matches("127(\\.\\d{1,3}){3}")) {
            throw new HttpError(
                    403,
                    "wrong_host",
                    null,
                    "This server answers programs of its own machine only: the header Host must name localhost.");
        }
    }

    private HttpRoute route(HttpExchange exchange) {
        Set<String> allowed = new TreeSet<>();
        for (HttpRoute route : routes) {
            Map<String, String> values = route.match(exchange.path());
            if (values == null) {
                continue;
            }
            allowed.add(route.method());
            // What HEAD asks for is answered as with GET; that there is no content is Jetty's business.
            if (route.method().equals(exchange.method().equals("HEAD") ? "GET" : exchange.method())) {
                exchange.at(values);
                return route;
            }
        }
        if (allowed.isEmpty()) {
            throw new HttpError(404, "unknown_url", null, "There is nothing at this path.");
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        allowed.add(OPTIONS);
        String ways = String.join(", ", allowed);
        if (exchange.method().equals(OPTIONS)) {
            // Says how a path is asked for; with no word of other sites, whose pages browsers keep out then.
            return new HttpRoute(
                    OPTIONS,
                    exchange.path(),
                    HttpRoute.Body.NONE,
                    true,
                    asked -> asked.send(204, null, new byte[0], Map.of(ALLOW, ways)));
        }
        throw new HttpError(
                        405,
                        "method_not_allowed",
                        null,
                        "This path is not asked for in that way. It takes " + ways + ".")
                .withHeader(ALLOW, ways);
    }

    private int limit(HttpRoute.Body body) {
        return switch (body) {
            case NONE -> 1024;
            case JSON -> setting.limits().bodyBytes();
            case FILE -> setting.limits().uploadBytes();
        };
    }

    /** A type that a page of another site cannot send without being asked for leave first. */
    private static void requireBody(Request request, HttpRoute.Body body, int limit) {
        if (request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > limit) {
            throw BodyReader.tooLarge(limit);
        }
        if (body == HttpRoute.Body.NONE) {
            return;
        }
        String wanted = body == HttpRoute.Body.JSON ? "application/json" : "application/octet-stream";
        if (!wanted.equals(type(request))) {
            throw new HttpError(
                    415,
                    "wrong_content_type",
                    null,
                    "The header Content-Type must be " + wanted + " for this request.");
        }
        String coding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        if (coding != null && !coding.strip().equalsIgnoreCase("identity")) {
            throw new HttpError(
                            415,
                            "wrong_content_coding",
                            null,
                            "The body must be sent as it is: this server undoes no Content-Encoding.")
                    .withHeader("Accept-Encoding", "identity");
        }
    }

    private static @Nullable String type(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type == null ? null : type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }
}
