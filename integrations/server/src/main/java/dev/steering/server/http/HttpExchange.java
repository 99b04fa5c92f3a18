package dev.steering.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** A request and its answer, which is given once. Thread-safe. */
public final class HttpExchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String id;
    private final Map<String, String> path = new LinkedHashMap<>();
    private final AtomicBoolean answered = new AtomicBoolean();
    private final List<Runnable> onDisconnect = new ArrayList<>();
    private final Map<String, Object> notes = new LinkedHashMap<>();
    private final Object reading = new Object();
    private boolean ending;
    private boolean closing;
    private boolean disconnected;
    private byte[] body = {};

    HttpExchange(Request request, Response response, Callback callback, String id) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.id = id;
    }

    /** @return the request's identity, which logs and the answer name */
    public String id() {
        return id;
    }

    /** @return HTTP's method */
    public String method() {
        return request.getMethod();
    }

    /** @return the path without the query */
    public String path() {
        return Request.getPathInContext(request);
    }

    /**
     * @param name a name in braces of the route's path
     * @return what stands there
     */
    public String pathValue(String name) {
        return path.getOrDefault(name, "");
    }

    /**
     * @param name a name in the query
     * @return its first value; null if it is not there
     * @throws HttpError with status 400 if the query is not encoded as one
     */
    public @Nullable String query(String name) {
        try {
            Fields fields = Request.extractQueryParameters(request);
            return fields.getValue(name);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new HttpError(
                    400, "bad_query", null, "The query is not understood: it must be percent-encoded UTF-8.");
        }
    }

    /**
     * @param name a header
     * @return its first value; null if it is not there
     */
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    /** @return the whole body; not copied */
    public byte[] body() {
        return body;
    }

    /** @return nanoseconds since the request came */
    public long nanos() {
        return System.nanoTime() - request.getBeginNanoTime();
    }

    /**
     * Says something about the request for its line in the log.
     *
     * @param key what
     * @param value a number or text; never of the prompt or the answer
     */
    public void note(String key, Object value) {
        synchronized (notes) {
            notes.put(key, value);
        }
    }

    /** @return what was said about the request, in order */
    public Map<String, Object> notes() {
        synchronized (notes) {
            return new LinkedHashMap<>(notes);
        }
    }

    /** @return HTTP's status of the answer */
    public int status() {
        return response.getStatus();
    }

    /**
     * @param action runs when the client has gone before it was answered; at once if it has
     */
    public void onDisconnect(Runnable action) {
        synchronized (onDisconnect) {
            if (!disconnected) {
                onDisconnect.add(action);
                return;
            }
        }
        action.run();
    }

    /** The client has gone. */
    void disconnect() {
        List<Runnable> actions;
        synchronized (onDisconnect) {
            if (disconnected) {
                return;
            }
            disconnected = true;
            actions = List.copyOf(onDisconnect);
        }
        note("disconnected", true);
        actions.forEach(Runnable::run);
    }

    /** Looks at the connection, unless the end of the answer has begun, behind which the next request is read. */
    boolean look(Predicate<HttpExchange> gone) {
        synchronized (reading) {
            return !ending && gone.test(this);
        }
    }

    /** From here on the connection is not looked at. */
    void ending() {
        synchronized (reading) {
            ending = true;
        }
    }

    void closeBehind() {
        synchronized (reading) {
            closing = true;
        }
    }

    void at(Map<String, String> values) {
        path.putAll(values);
    }

    void body(byte[] bytes) {
        body = bytes;
    }

    boolean isAnswered() {
        return answered.get();
    }

    Request request() {
        return request;
    }

    /**
     * Answers. Has no effect if the request has been answered.
     *
     * @param status HTTP's status
     * @param type the content's type; null where there is no content
     * @param content the content
     * @param headers further headers
     */
    public void send(int status, @Nullable String type, byte[] content, Map<String, String> headers) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        response.setStatus(status);
        if (type != null) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
        }
        headers.forEach((name, value) -> response.getHeaders().put(name, value));
        ending();
        if (closing) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        response.write(true, ByteBuffer.wrap(content), callback);
    }

    /**
     * Answers with a JSON document.
     *
     * @param status HTTP's status
     * @param json the document
     */
    public void sendJson(int status, String json) {
        send(status, "application/json", json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /**
     * Begins an answer of server-sent events.
     *
     * @return the events
     * @throws IllegalStateException if the request has been answered
     */
    public EventStream events() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("the request has been answered");
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Accel-Buffering", "no");
        return new EventStream(this, response, callback);
    }
}
