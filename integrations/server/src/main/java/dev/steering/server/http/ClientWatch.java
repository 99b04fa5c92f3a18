package dev.steering.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Notices that a client has gone while its answer is being worked on: nobody reads from the connection then, so nothing would tell before
 * the first byte of the answer is written.
 */
final class ClientWatch implements AutoCloseable {
    private static final int MILLIS = 100;

    private final Set<HttpExchange> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledFuture<?> rounds;

    ClientWatch(ScheduledExecutorService timer) {
        rounds = timer.scheduleWithFixedDelay(this::round, MILLIS, MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From when its whole body has been read. */
    void begin(HttpExchange exchange) {
        watched.add(exchange);
    }

    void end(HttpExchange exchange) {
        watched.remove(exchange);
    }

    private void round() {
        for (HttpExchange exchange : List.copyOf(watched)) {
            if (exchange.look(this::hasGone) && watched.remove(exchange)) {
                exchange.disconnect();
            }
        }
    }

    /** Only between the end of a request's body and that of its answer, when nobody else reads. */
    private boolean hasGone(HttpExchange exchange) {
        EndPoint end =
                exchange.request().getConnectionMetaData().getConnection().getEndPoint();
        if (!end.isOpen()) {
            return true;
        }
        ByteBuffer next = BufferUtil.allocate(1);
        try {
            int read = end.fill(next);
            if (read > 0) {
                // The beginning of another request, sent before this one was answered; it cannot be put back, so its
                // connection ends.
                watched.remove(exchange);
                exchange.closeBehind();
            }
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        rounds.cancel(false);
    }
}
