package dev.steering.server.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EndPoint;

/**
 * Ends connections on which no request is being answered for too long, whatever trickles in meanwhile: Jetty counts every byte of a head as a
 * sign of life, so that few bytes a minute would hold all connections that there may be. Thread-safe.
 */
final class IdleConnections {
    private static final int ROUND_MILLIS = 250;

    private final Supplier<? extends Iterable<? extends EndPoint>> connected;
    private final long limit;
    private final Map<EndPoint, Integer> busy = new HashMap<>();
    private final Map<EndPoint, Long> idleSince = new HashMap<>();

    IdleConnections(long millis, Supplier<? extends Iterable<? extends EndPoint>> connected) {
        this.connected = connected;
        this.limit = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void begin(ScheduledExecutorService timer) {
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(this::round, ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The head of a request has arrived. */
    synchronized void busy(EndPoint connection) {
        busy.merge(connection, 1, Integer::sum);
        idleSince.remove(connection);
    }

    /** A request has been answered. */
    synchronized void free(EndPoint connection) {
        busy.computeIfPresent(connection, (key, requests) -> requests == 1 ? null : requests - 1);
    }

    private void round() {
        late(System.nanoTime()).forEach(EndPoint::close);
    }

    private synchronized Set<EndPoint> late(long now) {
        Set<EndPoint> open = new HashSet<>();
        connected.get().forEach(open::add);
        Set<EndPoint> late = new HashSet<>();
        for (EndPoint connection : open) {
            if (!busy.containsKey(connection) && now - idleSince.computeIfAbsent(connection, key -> now) > limit) {
                late.add(connection);
            }
        }
        for (Iterator<EndPoint> known = idleSince.keySet().iterator(); known.hasNext(); ) {
            if (!open.contains(known.next())) {
                known.remove();
            }
        }
        return late;
    }
}
