package dev.steering.server;

import dev.steering.server.http.HttpExchange;
import dev.steering.server.http.HttpRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The page for people: three files of the server's own, which ask nobody else for anything. */
final class PageEndpoint {
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'",
            "Referrer-Policy",
            "no-referrer",
            "X-Frame-Options",
            "DENY");

    private PageEndpoint() {}

    static List<HttpRoute> routes() {
        return List.of(
                file("/", "page.html", "text/html; charset=utf-8"),
                file("/page.js", "page.js", "text/javascript; charset=utf-8"),
                file("/page.css", "page.css", "text/css; charset=utf-8"));
    }

    private static HttpRoute file(String path, String name, String type) {
        byte[] content = read(name);
        HttpRoute.Endpoint endpoint = (HttpExchange exchange) -> exchange.send(200, type, content, HEADERS);
        return new HttpRoute("GET", path, HttpRoute.Body.NONE, true, endpoint);
    }

    private static byte[] read(String name) {
        try (InputStream in = Objects.requireNonNull(PageEndpoint.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
