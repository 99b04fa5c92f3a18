package dev.steering.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Reads a body as it arrives, without a thread that waits for it: as much and as long as is borne. */
final class BodyReader {
    private final Request request;
    private final int limit;
    private final BodyBudget.Share share;
    private final Consumer<byte[]> whole;
    private final Consumer<HttpError> refused;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable ScheduledFuture<?> late;
    private boolean done;

    BodyReader(
            Request request, int limit, BodyBudget.Share share, Consumer<byte[]> whole, Consumer<HttpError> refused) {
        this.request = request;
        this.limit = limit;
        this.share = share;
        this.whole = whole;
        this.refused = refused;
    }

    void begin(long millis, ScheduledExecutorService timer) {
        synchronized (this) {
            late = timer.schedule(
                    () -> refuse(new HttpError(
                            408,
                            "request_timeout",
                            null,
                            "The request's body did not arrive within " + millis / 1000 + " s.")),
                    millis,
                    TimeUnit.MILLISECONDS);
        }
        read();
    }

    static HttpError tooLarge(int limit) {
        return new HttpError(
                413,
                "request_too_large",
                null,
                "The request's body is longer than " + limit + " bytes, which is the limit.");
    }

    private void read() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::read);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                refuse(new HttpError(400, "bad_body", null, "The request's body could not be read."));
                return;
            }
            boolean last = chunk.isLast();
            add(chunk.getByteBuffer());
            chunk.release();
            if (bytes.size() > limit) {
                refuse(tooLarge(limit));
                return;
            }
            if (!share.allows(bytes.size())) {
                refuse(new HttpError(
                        503,
                        "busy",
                        null,
                        "Too many long bodies arrive at once. Try again when some have been dealt with."));
                return;
            }
            if (last) {
                if (end()) {
                    whole.accept(bytes.toByteArray());
                }
                return;
            }
        }
    }

    private void add(ByteBuffer buffer) {
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        bytes.writeBytes(part);
    }

    private void refuse(HttpError error) {
        if (end()) {
            refused.accept(error);
        }
    }

    private synchronized boolean end() {
        if (done) {
            return false;
        }
        done = true;
        if (late != null) {
            late.cancel(false);
        }
        return true;
    }
}
