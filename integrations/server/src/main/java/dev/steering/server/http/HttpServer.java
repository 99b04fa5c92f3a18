package dev.steering.server.http;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Listens, and hands requests to their endpoints. Thread-safe. */
public final class HttpServer implements AutoCloseable {
    private static final int THREADS = 64;
    private static final int HEADER_BYTES = 16 << 10;

    private final Server server;
    private final ServerConnector connector;
    private final ScheduledExecutorService timer;
    private final Set<HttpExchange> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    private HttpServer(Server server, ServerConnector connector, ScheduledExecutorService timer) {
        this.server = server;
        this.connector = connector;
        this.timer = timer;
    }

    /**
     * How requests are heard.
     *
     * @param host address to listen at
     * @param port 0 for any that is free
     * @param limits what is borne of clients
     * @param gatekeeper who may ask
     * @param failed answers what was refused or failed
     * @param done told of every request when it has been answered
     */
    public record Setting(
            String host,
            int port,
            HttpLimits limits,
            Gatekeeper gatekeeper,
            BiConsumer<HttpExchange, Throwable> failed,
            Consumer<HttpExchange> done) {}

    /**
     * @param setting how requests are heard
     * @param routes what can be asked for
     * @return the server, listening
     * @throws SteeringException if it cannot listen there
     */
    public static HttpServer start(Setting setting, List<HttpRoute> routes) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
        threads.setName("steering-http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        // Each stands on its own: what is written is sent.
        http.setOutputAggregationSize(0);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(setting.host());
        connector.setPort(setting.port());
        connector.setIdleTimeout(setting.limits().idle().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(setting.limits().connections(), connector));
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "steering-http-timer");
            thread.setDaemon(true);
            return thread;
        });
        HttpServer started = new HttpServer(server, connector, timer);
        boolean loopback = isLoopback(setting.host());
        IdleConnections idle =
                new IdleConnections(setting.limits().idle().toMillis(), connector::getConnectedEndPoints);
        idle.begin(timer);
        server.setHandler(
                new RequestHandler(setting, routes, loopback, timer, idle, started.open, () -> started.draining));
        server.setErrorHandler(new PlainErrors());
        started.listen(setting);
        return started;
    }

    /**
     * @param host a name or address
     * @return whether only programs of the same machine reach it
     * @throws SteeringException if there is no such host
     */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException e) {
            throw new SteeringException("Cannot listen at " + host + ": there is no such address on this machine.", e);
        }
    }

    private void listen(Setting setting) {
        try {
            server.start();
        } catch (Exception e) {
            stop();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new SteeringException(
                    "Cannot listen at " + setting.host() + ", port " + setting.port() + ": " + cause.getMessage()
                            + ". Choose another port, or end what listens there.",
                    e);
        }
    }

    /** @return the port that is listened at */
    public int port() {
        return connector.getLocalPort();
    }

    /** @return connections that are open */
    public int connections() {
        return connector.getConnectedEndPoints().size();
    }

    /** @return requests that are being answered */
    public int exchanges() {
        return open.size();
    }

    /** From now on requests are refused with status 503, but for those that need no token. */
    public void refuse() {
        draining = true;
    }

    /**
     * Refuses what comes and waits for what is being answered.
     *
     * @param time how long to wait
     * @return whether all was answered
     */
    public boolean drain(Duration time) {
        refuse();
        long end = System.nanoTime() + time.toNanos();
        while (!open.isEmpty() && System.nanoTime() < end) {
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return open.isEmpty();
            }
        }
        return open.isEmpty();
    }

    /** Ends all connections and listens no more. */
    @Override
    public void close() {
        stop();
    }

    private void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server could not be stopped", e);
        } finally {
            timer.shutdownNow();
        }
    }

    /** What Jetty itself refuses, before there is a request: never with a page, or with what was sent. */
    static final Map<String, String> NO_SNIFFING =
            Map.of("X-Content-Type-Options", "nosniff", "Cache-Control", "no-store");
}
