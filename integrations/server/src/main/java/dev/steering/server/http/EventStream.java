package dev.steering.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** An answer of server-sent events. Thread-safe: events are written one after the other, and a slow client makes its writer wait. */
public final class EventStream {
    private final HttpExchange exchange;
    private final Response response;
    private final Callback callback;
    private boolean ended;

    EventStream(HttpExchange exchange, Response response, Callback callback) {
        this.exchange = exchange;
        this.response = response;
        this.callback = callback;
    }

    /**
     * @param data one line
     * @throws UncheckedIOException if the client has gone, or takes nothing for too long
     */
    public synchronized void event(String data) {
        if (ended) {
            return;
        }
        try (Blocker.Callback written = Blocker.callback()) {
            byte[] bytes = ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
            response.write(false, ByteBuffer.wrap(bytes), written);
            written.block();
        } catch (IOException e) {
            ended = true;
            exchange.ending();
            exchange.disconnect();
            callback.failed(e);
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the answer. May be called more than once. */
    public synchronized void end() {
        if (!ended) {
            ended = true;
            exchange.ending();
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
        }
    }
}
