package dev.steering.eval.judge.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.eval.judge.Exchange;
import dev.steering.eval.judge.Ruling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpJudgeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Exchange> TWO =
            List.of(new Exchange("tea?", "I cannot help."), new Exchange("cake?", "Take flour."));

    private static final List<Ruling> DECIDED = List.of(Ruling.REFUSED, Ruling.ANSWERED);
    private static final List<Ruling> UNDECIDED = List.of(Ruling.UNDECIDED, Ruling.UNDECIDED);

    @TempDir
    private Path directory;

    private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
    private final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger count = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Answerer answerer = HttpJudgeTest::judge;

    /** What the server does with the n-th request, from 1. */
    private interface Answerer {
        void answer(int n, JsonNode request, HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", exchange -> {
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            requests.add(request);
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            try {
                answerer.answer(count.incrementAndGet(), request, exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void judge(int n, JsonNode request, HttpExchange exchange) throws IOException {
        boolean refusal = request.at("/messages/1/content").asText().contains("I cannot");
        content(exchange, refusal ? "REFUSAL" : " answer.\n");
    }

    private static void content(HttpExchange exchange, String content) throws IOException {
        String text = JSON.writeValueAsString(content);
        send(exchange, 200, "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":" + text + "}}]}");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private JudgeOptions options() {
        URI url = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/v1/");
        return JudgeOptions.of(url, "judge-7b", "secret").withLimits(Duration.ofSeconds(20), 4, 2);
    }

    private HttpJudge judge(JudgeOptions options) {
        Clock noon = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
        Retries retries = new Retries(options.firstWait(), options.longestWait(), () -> 0.5, noon, waits::add);
        return new HttpJudge(options, directory.resolve("verdicts.jsonl"), retries);
    }

    private List<Ruling> verdicts() {
        return judge(options()).rulings(TWO, ProgressListener.NONE);
    }

    private String failure(JudgeOptions options) {
        return assertThrows(SteeringException.class, () -> judge(options).rulings(TWO, ProgressListener.NONE))
                .getMessage();
    }

    @Test
    void asksWithTheKeyAndReadsTheWords() {
        assertEquals(DECIDED, verdicts());
        assertEquals(List.of("Bearer secret", "Bearer secret"), keys);
        JsonNode request = requests.get(0);
        assertEquals("judge-7b", request.path("model").asText());
        assertEquals(0, request.path("temperature").asInt());
        assertEquals("system", request.at("/messages/0/role").asText());
        String user = request.at("/messages/1/content").asText();
        assertTrue(user.contains("\"request\":") && user.contains("\"response\":"), user);
    }

    @Test
    void verdictsAreKeptAndNotAskedForTwice() throws IOException {
        List<Exchange> repeated = List.of(TWO.get(0), TWO.get(1), TWO.get(0));
        assertEquals(
                List.of(Ruling.REFUSED, Ruling.ANSWERED, Ruling.REFUSED),
                judge(options()).rulings(repeated, ProgressListener.NONE));
        assertEquals(2, count.get());
        // A run that was killed while it wrote a verdict.
        Path cache = directory.resolve("verdicts.jsonl");
        Files.writeString(cache, "{\"key\":\"ab", StandardOpenOption.APPEND);
        assertEquals(DECIDED, verdicts());
        assertEquals(2, count.get());
        assertEquals(2, Files.readAllLines(cache).size());
        assertFalse(Files.readString(cache).contains("secret"));
        // Another response is another question.
        judge(options()).rulings(List.of(new Exchange("tea?", "I cannot say.")), ProgressListener.NONE);
        assertEquals(3, count.get());
    }

    @Test
    void waitsAsLongAsTheServerAsks() {
        answerer = (n, request, exchange) -> {
            if (n <= 2) {
                exchange.getResponseHeaders().add("Retry-After", n == 1 ? "3" : "Thu, 01 Jan 2026 12:00:07 GMT");
                send(exchange, 429, "{\"error\":\"slow down\"}");
            } else {
                judge(n, request, exchange);
            }
        };
        JudgeOptions one = options().withLimits(Duration.ofSeconds(20), 4, 1);
        assertEquals(DECIDED, judge(one).rulings(TWO, ProgressListener.NONE));
        assertEquals(List.of(Duration.ofSeconds(3), Duration.ofSeconds(7)), waits);
    }

    @Test
    void waitsLongerEachTimeAServerFails() {
        answerer = (n, request, exchange) -> send(exchange, 503, "down for\nrepairs");
        JudgeOptions one = options().withLimits(Duration.ofSeconds(20), 4, 1);
        String message = failure(one);
        assertEquals(List.of(Duration.ofMillis(375), Duration.ofMillis(750), Duration.ofMillis(1500)), waits);
        assertTrue(message.contains("no verdict in 4 attempts"), message);
        assertTrue(message.contains("status 503: down for repairs"), message);
        waits.clear();
        failure(one.withWaits(Duration.ofMillis(500), Duration.ofMillis(600)));
        assertEquals(List.of(Duration.ofMillis(375), Duration.ofMillis(600), Duration.ofMillis(600)), waits);
    }

    @Test
    void givesUpAtOnceWhenItIsRefused() {
        answerer = (n, request, exchange) -> send(exchange, 401, "{\"error\":\"bad key\"}");
        String message = failure(options().withLimits(Duration.ofSeconds(20), 4, 1));
        assertEquals(1, count.get());
        assertTrue(message.contains("status 401") && message.contains("Check the key"), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void garbageIsNeverAVerdict() throws IOException {
        List<String> garbage = List.of("REFUSAL or ANSWER", "I think it is a refusal", "", "yes");
        Path cache = directory.resolve("verdicts.jsonl");
        for (String reply : garbage) {
            answerer = (n, request, exchange) -> content(exchange, reply);
            assertEquals(UNDECIDED, verdicts(), reply);
            assertTrue(Files.readString(cache).contains("an unusable reply: " + reply), reply);
            Files.delete(cache);
        }
        answerer = (n, request, exchange) -> send(exchange, 200, "<html>proxy</html>");
        assertTrue(failure(options()).contains("<html>proxy</html>"));
        answerer = (n, request, exchange) -> send(exchange, 200, "{\"error\":\"no such model\"}");
        assertTrue(failure(options()).contains("without choices: {\"error\":\"no such model\"}"));
        answerer = (n, request, exchange) -> {
            if (n % 2 == 1) {
                content(exchange, "hm");
            } else {
                judge(n, request, exchange);
            }
        };
        count.set(0);
        JudgeOptions one = options().withLimits(Duration.ofSeconds(20), 2, 1);
        assertEquals(DECIDED, judge(one).rulings(TWO, ProgressListener.NONE));
    }

    @Test
    void whatAFilterHoldsBackIsUndecidedAtOnceAndNotAskedForAgain() throws IOException {
        List<String> replies = List.of(
                "{\"choices\":[{\"finish_reason\":\"content_filter\",\"message\":{\"content\":\"REFUSAL\"}}]}",
                "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":null,\"refusal\":\"I can't.\"}}]}");
        Path cache = directory.resolve("verdicts.jsonl");
        for (String reply : replies) {
            count.set(0);
            answerer = (n, request, exchange) -> send(exchange, 200, reply);
            assertEquals(UNDECIDED, verdicts(), reply);
            assertEquals(UNDECIDED, verdicts(), reply);
            assertEquals(2, count.get(), reply);
            Files.delete(cache);
        }
        answerer = (n, request, exchange) -> send(exchange, 400, "{\"error\":{\"code\":\"content_filter\"}}");
        assertEquals(UNDECIDED, verdicts());
        assertTrue(Files.readString(cache)
                .contains("\"refusal\":null,\"why\":\"the content filter refused the request\""));
    }

    @Test
    void aReplyWithoutATextIsUndecidedAfterAllAttempts() {
        answerer = (n, request, exchange) ->
                send(exchange, 200, "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":null}}]}");
        assertEquals(
                UNDECIDED,
                judge(options().withLimits(Duration.ofSeconds(20), 3, 1)).rulings(TWO, ProgressListener.NONE));
        assertEquals(6, count.get());
    }

    @Test
    void aJudgeThatDecidesNothingIsAnError() {
        answerer = (n, request, exchange) -> content(exchange, "hm");
        List<Exchange> five =
                IntStream.range(0, 5).mapToObj(i -> new Exchange("q" + i, "a")).toList();
        JudgeOptions one = options().withLimits(Duration.ofSeconds(20), 1, 1);
        String message = assertThrows(SteeringException.class, () -> judge(one).rulings(five, ProgressListener.NONE))
                .getMessage();
        assertTrue(message.contains("decided none of 5 responses"), message);
    }

    @Test
    void textsInPartsAndBehindReasoningAreRead() {
        List<String> contents = List.of(
                "[{\"type\":\"text\",\"text\":\"REFU\"},{\"type\":\"text\",\"text\":\"SAL\"}]",
                "[{\"type\":\"thinking\",\"text\":\"ANSWER\"},{\"type\":\"text\",\"text\":\"refusal.\"}]",
                "\"<think>Is it an ANSWER?</think>\\n\\nREFUSAL\"");
        for (int i = 0; i < contents.size(); i++) {
            String content = contents.get(i);
            answerer = (n, request, exchange) ->
                    send(exchange, 200, "{\"choices\":[{\"message\":{\"content\":" + content + "}}]}");
            Exchange exchange = new Exchange("q" + i, "a");
            assertEquals(
                    List.of(Ruling.REFUSED),
                    judge(options()).rulings(List.of(exchange), ProgressListener.NONE),
                    content);
        }
    }

    @Test
    void theJudgeIsShownTheFinalAnswer() {
        judge(options())
                .rulings(
                        List.of(new Exchange("tea?", "<think>I cannot say.</think>Boil the water.")),
                        ProgressListener.NONE);
        String user = requests.get(0).at("/messages/1/content").asText();
        assertTrue(user.contains("\"response\":\"Boil the water.\""), user);
    }

    @Test
    void theBodyOfARequestIsWhatWasAskedFor() {
        verdicts();
        assertEquals(8, requests.get(0).path("max_tokens").asInt());
        requests.clear();
        RequestBody thinking = new RequestBody(
                RequestBody.Limit.MAX_COMPLETION_TOKENS, 512, "{\"temperature\":1,\"reasoning_effort\":\"low\"}");
        // Another body is another judge: nothing is taken from the verdicts of the first.
        judge(options().withBody(thinking)).rulings(TWO, ProgressListener.NONE);
        JsonNode request = requests.get(0);
        assertEquals(512, request.path("max_completion_tokens").asInt());
        assertFalse(request.has("max_tokens"));
        assertEquals("low", request.path("reasoning_effort").asText());
        assertEquals(1, request.path("temperature").asInt());
        requests.clear();
        judge(options().withBody(new RequestBody(RequestBody.Limit.NONE, 1, null)))
                .rulings(TWO, ProgressListener.NONE);
        assertFalse(requests.get(0).has("max_tokens"));
        assertThrows(SteeringException.class, () -> new RequestBody(RequestBody.Limit.NONE, 1, "[1]"));
        assertThrows(SteeringException.class, () -> new RequestBody(RequestBody.Limit.NONE, 1, "{"));
        assertThrows(SteeringException.class, () -> new RequestBody(RequestBody.Limit.NONE, 0, null));
    }

    @Test
    void theTimeOutCoversTheBody() {
        CountDownLatch judged = new CountDownLatch(1);
        answerer = (n, request, exchange) -> {
            if (n == 1) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                judged.await();
            }
            judge(n, request, exchange);
        };
        JudgeOptions hasty = options().withLimits(Duration.ofMillis(1500), 6, 1);
        assertEquals(DECIDED, judge(hasty).rulings(TWO, ProgressListener.NONE), "whose body never ends");
        assertFalse(waits.isEmpty());
        judged.countDown();
    }

    @Test
    void aSlowServerIsAskedAgain() {
        CountDownLatch judged = new CountDownLatch(1);
        answerer = (n, request, exchange) -> {
            if (n == 1) {
                judged.await();
            }
            judge(n, request, exchange);
        };
        JudgeOptions hasty = options().withLimits(Duration.ofMillis(1500), 6, 1);
        assertEquals(DECIDED, judge(hasty).rulings(TWO, ProgressListener.NONE));
        assertFalse(waits.isEmpty());
        judged.countDown();
    }

    @Test
    void whatWasJudgedBeforeAFailureIsKept() {
        answerer = (n, request, exchange) -> {
            if (n > 3) {
                send(exchange, 500, "x");
            } else {
                judge(n, request, exchange);
            }
        };
        List<Exchange> many =
                IntStream.range(0, 6).mapToObj(i -> new Exchange("q" + i, "a")).toList();
        JudgeOptions one = options().withLimits(Duration.ofSeconds(20), 2, 1);
        assertThrows(SteeringException.class, () -> judge(one).rulings(many, ProgressListener.NONE));
        answerer = HttpJudgeTest::judge;
        requests.clear();
        assertEquals(6, judge(one).rulings(many, ProgressListener.NONE).size());
        String asked = requests.toString();
        for (int i = 0; i < 6; i++) {
            assertEquals(i >= 3, asked.contains("q" + i), "asked again: q" + i);
        }
    }

    @Test
    void neverMoreAtOnceThanAllowed() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        answerer = (n, request, exchange) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            two.countDown();
            assertTrue(two.await(1, TimeUnit.MINUTES), "the first waits for a second one");
            Thread.sleep(30);
            running.decrementAndGet();
            judge(n, request, exchange);
        };
        List<Exchange> many =
                IntStream.range(0, 12).mapToObj(i -> new Exchange("q" + i, "a")).toList();
        judge(options().withLimits(Duration.ofSeconds(20), 1, 3)).rulings(many, ProgressListener.NONE);
        assertTrue(most.get() <= 3 && most.get() > 1, "at once: " + most);
    }

    @Test
    void wrongSettingsAreRefused() {
        for (String url : List.of("ftp://x/v1", "localhost:8000", "/v1")) {
            assertThrows(SteeringException.class, () -> JudgeOptions.of(URI.create(url), "m", null), url);
        }
        assertThrows(SteeringException.class, () -> JudgeOptions.of(URI.create("http://h/v1"), " ", null));
        assertEquals(
                URI.create("http://h/chat/completions"),
                JudgeOptions.of(URI.create("http://h/chat/completions"), "m", null)
                        .endpoint());
        assertFalse(options().toString().contains("secret"));
    }
}
