package dev.steering.server;

import dev.steering.core.page.PageShell;
import dev.steering.server.http.HttpExchange;
import dev.steering.server.http.HttpRoute;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The page for people: three files, which ask nobody else for anything. Its styles are those of all pages and a few of its own. */
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
                file("/", PageShell.resource("serve.html"), "text/html; charset=utf-8"),
                file("/page.js", PageShell.resource("serve.js"), "text/javascript; charset=utf-8"),
                file(
                        "/page.css",
                        PageShell.resource(PageShell.STYLE) + PageShell.resource("serve.css"),
                        "text/css; charset=utf-8"));
    }

    private static HttpRoute file(String path, String text, String type) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        HttpRoute.Endpoint endpoint = (HttpExchange exchange) -> exchange.send(200, type, content, HEADERS);
        return new HttpRoute("GET", path, HttpRoute.Body.NONE, true, endpoint);
    }
}
