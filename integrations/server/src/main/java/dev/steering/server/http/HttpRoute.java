package dev.steering.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked for.
 *
 * @param method HTTP's method
 * @param path its path; a segment in braces, such as {@code {name}}, stands for any one segment
 * @param body what its body may be
 * @param open whether it is answered without a token
 * @param endpoint answers
 */
public record HttpRoute(String method, String path, Body body, boolean open, Endpoint endpoint) {
    /** What a request's body may be. */
    public enum Body {
        /** There is none. */
        NONE,
        /** A JSON document. */
        JSON,
        /** The bytes of a file. */
        FILE
    }

    /** Answers requests. Thread-safe. */
    @FunctionalInterface
    public interface Endpoint {
        /**
         * Answers, or has it answered later by another thread.
         *
         * @param exchange the request with its whole body
         * @throws Exception what is wrong with the request, or went wrong; it becomes the answer
         */
        void handle(HttpExchange exchange) throws Exception;
    }

    /**
     * @param path a plain path
     * @param endpoint answers
     * @return what is asked for with GET and a token
     */
    public static HttpRoute get(String path, Endpoint endpoint) {
        return new HttpRoute("GET", path, Body.NONE, false, endpoint);
    }

    /**
     * @param path a plain path
     * @param endpoint answers
     * @return what is asked for with POST, a JSON document and a token
     */
    public static HttpRoute post(String path, Endpoint endpoint) {
        return new HttpRoute("POST", path, Body.JSON, false, endpoint);
    }

    /** What stands in the places of the names in braces; null if it is another path. */
    @Nullable
    Map<String, String> match(String asked) {
        String[] wanted = path.split("/", -1);
        String[] found = asked.split("/", -1);
        if (wanted.length != found.length) {
            return null;
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                values.put(wanted[i].substring(1, wanted[i].length() - 1), found[i]);
            } else if (!wanted[i].equals(found[i])) {
                return null;
            }
        }
        return values;
    }
}
