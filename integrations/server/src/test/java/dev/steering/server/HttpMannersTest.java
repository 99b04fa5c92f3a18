package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP as clients expect it, whatever is asked: methods, headers, and bytes that are no request. */
class HttpMannersTest {
    @TempDir
    private static Path directory;

    private static Path bundle;
    private static Path vector;

    @BeforeAll
    static void export() {
        bundle = ServedDemo.bundle(directory);
        vector = ServedDemo.vector(directory, bundle);
    }

    @Test
    void aPageOfAnotherSiteCannotAskInItsVisitorsName() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            String answer = ServedDemo.exchange(
                    demo, "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
            assertTrue(answer.contains("wrong_host"), answer);
            HttpResponse<String> page = demo.get("/");
            String policy = page.headers().firstValue("content-security-policy").orElseThrow();
            assertTrue(policy.contains("default-src 'none'"), policy);
            assertFalse(page.headers().firstValue("access-control-allow-origin").isPresent());
        }
    }

    @Test
    void whatIsAskedForWithHeadIsAnsweredAsWithGet() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            for (String path : List.of("/healthz", "/readyz", "/", "/v1/models")) {
                HttpResponse<String> head = demo.send(demo.request(path).method("HEAD", BodyPublishers.noBody()));
                assertEquals(200, head.statusCode(), path);
                assertEquals(
                        demo.get(path).headers().firstValue("content-length"),
                        head.headers().firstValue("content-length"));
                assertTrue(head.body().isEmpty());
            }
        }
    }

    @Test
    void everyPathSaysHowItIsAskedFor() throws Exception {
        Map<String, String> ways = Map.of(
                "/healthz",
                "GET, HEAD, OPTIONS",
                ServedDemo.CHAT,
                "OPTIONS, POST",
                "/v1/steering/vectors",
                "GET, HEAD, OPTIONS, POST",
                "/v1/steering/vectors/refusal",
                "DELETE, GET, HEAD, OPTIONS, PUT");
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            for (Map.Entry<String, String> way : ways.entrySet()) {
                HttpResponse<String> wrong =
                        demo.send(demo.request(way.getKey()).method("PATCH", BodyPublishers.noBody()));
                ServedDemo.assertError(405, "method_not_allowed", wrong);
                assertEquals(way.getValue(), wrong.headers().firstValue("allow").orElseThrow());
                HttpResponse<String> asked = demo.send(demo.request(way.getKey())
                        .header("Origin", "http://evil.example")
                        .header("Access-Control-Request-Method", "POST")
                        .method("OPTIONS", BodyPublishers.noBody()));
                assertEquals(204, asked.statusCode());
                assertEquals(way.getValue(), asked.headers().firstValue("allow").orElseThrow());
                assertTrue(
                        asked.headers().map().keySet().stream().noneMatch(name -> name.startsWith("access-control")),
                        "a page of another site must not be let in");
            }
            ServedDemo.assertError(
                    404, "unknown_url", demo.send(demo.request("/v2").method("OPTIONS", BodyPublishers.noBody())));
        }
    }

    @Test
    void aBodyOfAnotherTypeOrCodingIsRefused() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            String body = ServedDemo.body(ServedDemo.QUESTION, "");
            for (String type :
                    List.of("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json")) {
                ServedDemo.assertError(
                        415,
                        "wrong_content_type",
                        demo.send(demo.request(ServedDemo.CHAT)
                                .header("Content-Type", type)
                                .POST(BodyPublishers.ofString(body))));
            }
            HttpResponse<String> packed = demo.send(demo.request(ServedDemo.CHAT)
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofString(body)));
            ServedDemo.assertError(415, "wrong_content_coding", packed);
            assertEquals(
                    "identity", packed.headers().firstValue("accept-encoding").orElseThrow());
            HttpResponse<String> named = demo.send(demo.request(ServedDemo.CHAT)
                    .header("Content-Type", "Application/JSON; charset=utf-8")
                    .header("Content-Encoding", "identity")
                    .POST(BodyPublishers.ofString(body)));
            assertEquals(200, named.statusCode(), named.body());
        }
    }

    private static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + String.join("", headers)
                + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST " + ServedDemo.CHAT + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\n" + headers + "\r\n" + body;
    }

    @Test
    void bytesThatAreNoRequestAreAnsweredAndForgotten() throws Exception {
        Map<String, Integer> requests = new LinkedHashMap<>();
        requests.put("\u0016\u0003\u0001garbage\r\n\r\n", 400);
        requests.put("GET /healthz HTTP/1.1\r\n\r\n", 400);
        requests.put("GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n", 505);
        requests.put(get("/healthz", "X: " + "a".repeat(30_000) + "\r\n"), 431);
        requests.put(get("/" + "a".repeat(30_000)), 414);
        requests.put(get("/healthz", "Host: evil.example\r\n"), 400);
        requests.put(get("/healthz", "X-Request-Id: a\rSet-Cookie: b\r\n"), 400);
        requests.put(get("/healthz", "X-Request-Id : a\r\n"), 400);
        requests.put(get("/healthz", " folded: a\r\n"), 400);
        requests.put(get("/../../etc/passwd"), 400);
        requests.put(get("/v1/steering/vectors/..%2f..%2fetc%2fpasswd"), 400);
        requests.put(get("/v1/steering/vectors/a%00b"), 400);
        requests.put(get("/v1/steering/vectors/%2e%2e"), 400);
        requests.put(get("/v1/steering/vectors/..;/healthz"), 400);
        requests.put(get("http://evil.example/v1/models"), 400);
        requests.put("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405);
        requests.put("TRACE /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405);
        requests.put(post("Content-Length: 3\r\nContent-Length: 5\r\n", "{}abc"), 400);
        requests.put(post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400);
        requests.put(post("Content-Length: -3\r\n", "{}abc"), 400);
        requests.put(post("Content-Length: 99999999999\r\n", "{}"), 413);
        requests.put(post("Content-Length: 9999999999999999999999\r\n", "{}"), 400);
        requests.put(post("Transfer-Encoding: chunked\r\n", "zz\r\n\r\n"), 400);
        requests.put(post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400);
        requests.put(
                post(
                        "Transfer-Encoding: chunked\r\n",
                        ("10000\r\n" + " ".repeat(65_536) + "\r\n").repeat(20) + "0\r\n\r\n"),
                413);
        requests.put(post("Expect: 200-maybe\r\nContent-Length: 2\r\n", "{}"), 417);
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            for (Map.Entry<String, Integer> request : requests.entrySet()) {
                String answer = ServedDemo.exchange(demo, request.getKey());
                String shown = request.getKey()
                        .substring(0, Math.min(120, request.getKey().length()));
                assertTrue(answer.startsWith("HTTP/1.1 " + request.getValue() + " "), shown + "\n" + answer);
                assertFalse(answer.contains("Set-Cookie"), answer);
                assertFalse(answer.contains("<html"), answer);
                assertFalse(answer.contains("Jetty"), answer);
                assertFalse(answer.contains("Exception"), answer);
            }
            ServedDemo.await(() -> demo.server.answering() == 0);
            demo.chat(ServedDemo.QUESTION, "");
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")), demo.log.toString());
        }
    }
}
