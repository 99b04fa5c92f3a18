package dev.steering.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that is refused or failed, as it is told to the client. */
public final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable String param;
    private final int retryAfter;
    private final Map<String, String> headers;

    /**
     * @param status HTTP's status, 400..599
     * @param code what it is, for programs
     * @param param the request's field that is wrong; null for none in particular
     * @param message what failed, what was expected, what was found, what to do
     */
    public HttpError(int status, String code, @Nullable String param, String message) {
        this(status, code, param, message, status == 429 || status == 503 ? 1 : 0, Map.of());
    }

    private HttpError(
            int status,
            String code,
            @Nullable String param,
            String message,
            int retryAfter,
            Map<String, String> headers) {
        super(message);
        this.status = status;
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
        this.headers = Map.copyOf(headers);
    }

    /**
     * @param param the request's field that is wrong
     * @param message what is wrong with it
     * @return status 400
     */
    public static HttpError badField(String param, String message) {
        return new HttpError(400, "invalid_value", param, message);
    }

    /**
     * @param code what it is, for programs
     * @param message what there is too much of
     * @param seconds after which the same may be tried again, at least 1
     * @return status 429
     */
    public static HttpError tooMuch(String code, String message, int seconds) {
        return new HttpError(429, code, null, message, Math.max(1, seconds), Map.of());
    }

    /**
     * @param name a header that tells the client what would be accepted
     * @param value its value
     * @return a copy with it
     */
    public HttpError withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpError(status, code, param, String.valueOf(getMessage()), retryAfter, more);
    }

    /** @return headers that tell the client what would be accepted */
    public Map<String, String> headers() {
        return headers;
    }

    /** @return HTTP's status */
    public int status() {
        return status;
    }

    /** @return what it is, for programs */
    public String code() {
        return code;
    }

    /** @return the request's field that is wrong; null for none in particular */
    public @Nullable String param() {
        return param;
    }

    /** @return OpenAI's word for errors of this status */
    public String type() {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    /** @return seconds after which the same may be tried again; 0 for never */
    public int retryAfter() {
        return retryAfter;
    }
}
