package dev.steering.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Chromium without a window, driven over WebDriver (W3C). */
final class HeadlessBrowser implements AutoCloseable {
    private final Process driver;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String session;

    private HeadlessBrowser(Process driver, String session) {
        this.driver = driver;
        this.session = session;
    }

    static Path find(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    static HeadlessBrowser start() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Process driver = new ProcessBuilder(find("chromedriver").toString(), "--port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String base = "http://127.0.0.1:" + port + "/session";
        ObjectNode body = ServedDemo.JSON.createObjectNode();
        ObjectNode options =
                body.putObject("capabilities").putObject("alwaysMatch").putObject("goog:chromeOptions");
        options.put("binary", find("chromium").toString());
        List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1100,800")
                .forEach(options.withArray("args")::add);
        HeadlessBrowser browser = new HeadlessBrowser(driver, base);
        for (int i = 0; ; i++) {
            try {
                JsonNode made = browser.post("", body);
                return new HeadlessBrowser(
                        driver, base + "/" + made.path("sessionId").asText());
            } catch (IOException e) {
                if (i == 100) {
                    driver.destroy();
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    private JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(session + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.body());
        }
        return ServedDemo.JSON.readTree(response.body()).path("value");
    }

    void open(URI page) throws Exception {
        JsonNode unused = post("/url", ServedDemo.JSON.createObjectNode().put("url", page.toString()));
    }

    /** What a script returns. */
    JsonNode run(String script) throws Exception {
        ObjectNode body = ServedDemo.JSON.createObjectNode().put("script", script);
        body.putArray("args");
        return post("/execute/sync", body);
    }

    /** Until a condition holds, 20 s at most. */
    void await(String condition) throws Exception {
        for (int i = 0; i < 400; i++) {
            if (run("return Boolean(" + condition + ")").asBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError(condition + " did not come about: "
                + run("return document.body.innerText").asText());
    }

    @Override
    public void close() throws IOException {
        try {
            client.send(
                    HttpRequest.newBuilder(URI.create(session)).DELETE().build(),
                    HttpResponse.BodyHandlers.discarding());
            driver.destroy();
            driver.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
