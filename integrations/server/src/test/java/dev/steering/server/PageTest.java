package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.server.access.Quota;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser; skipped where Chromium and its driver are not installed. */
class PageTest {
    @TempDir
    private static Path directory;

    private static Path bundle;
    private static Path vector;

    @BeforeAll
    static void export() {
        assumeTrue(HeadlessBrowser.find("chromium") != null && HeadlessBrowser.find("chromedriver") != null);
        bundle = ServedDemo.bundle(directory);
        vector = ServedDemo.vector(directory, bundle);
    }

    private static String text(JsonNode answer) {
        return answer.path("choices").path(0).path("message").path("content").asText();
    }

    private static void ask(HeadlessBrowser browser, String question) throws Exception {
        browser.run("document.getElementById('question').value = '" + question
                + "'; document.getElementById('send').click()");
        browser.await("!document.getElementById('send').disabled");
    }

    @Test
    void bothAnswersTheDecisionAndItsLayersAreShown() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings);
                HeadlessBrowser browser = HeadlessBrowser.start()) {
            browser.open(demo.uri("/"));
            browser.await("document.getElementById('method').value === 'scans'");
            assertEquals(
                    "0.75",
                    browser.run("return document.getElementById('strength').value")
                            .asText());
            ask(browser, ServedDemo.QUESTION);
            String last = "return [...document.querySelectorAll('#%s .assistant')].at(-1).textContent";
            String steered = text(demo.chat(ServedDemo.QUESTION, ",\"steering\":{\"vector\":\"refusal\"}"));
            String plain = text(demo.chat(ServedDemo.QUESTION, ""));
            assertEquals(steered, browser.run(String.format(last, "steered")).asText());
            assertEquals(plain, browser.run(String.format(last, "plain")).asText());
            String decision = browser.run("return document.getElementById('decision').textContent")
                    .asText();
            assertTrue(decision.contains("harmless") && decision.contains("0.9581"), decision);
            assertEquals(
                    6,
                    browser.run("return document.querySelectorAll('#strip span').length")
                            .asInt());
            assertEquals(
                    "5",
                    browser.run("return document.querySelector('#strip .asked').textContent")
                            .asText());
            assertTrue(browser.run("return getComputedStyle(document.querySelector('#strip span')).backgroundColor")
                    .asText()
                    .matches("rgba?\\(.*[1-9].*\\)"));

            // Without strength the model is as it is.
            browser.run("document.getElementById('clear').click(); const s = document.getElementById('strength');"
                    + "s.value = 0; s.dispatchEvent(new Event('input'))");
            ask(browser, ServedDemo.QUESTION);
            assertEquals(plain, browser.run(String.format(last, "steered")).asText());
            assertEquals(
                    1,
                    browser.run("return document.querySelectorAll('#steered .assistant').length")
                            .asInt());

            // What is refused is said, and the page goes on.
            ask(browser, "kill ".repeat(300));
            assertTrue(browser.run("return document.getElementById('problem').textContent")
                    .asText()
                    .contains("context"));
        }
    }

    @Test
    void whatLooksLikeMarkupIsText() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings);
                HeadlessBrowser browser = HeadlessBrowser.start()) {
            browser.open(demo.uri("/"));
            browser.await("document.getElementById('method').value === 'scans'");
            ask(browser, "<img src=x onerror=document.title=1>");
            assertEquals(
                    0,
                    browser.run("return document.querySelectorAll('main img').length")
                            .asInt());
            assertEquals("steer", browser.run("return document.title").asText());
        }
    }

    @Test
    void aTokenIsAskedFor() throws Exception {
        Path tokens = directory.resolve("tokens.txt");
        Files.writeString(tokens, "t".repeat(32));
        try (ServedDemo demo = ServedDemo.start(bundle, vector, s -> s.withTokens(tokens, Quota.DEFAULTS));
                HeadlessBrowser browser = HeadlessBrowser.start()) {
            browser.open(demo.uri("/"));
            browser.await("!document.getElementById('token-label').hidden");
            browser.run("const t = document.getElementById('token'); t.value = '" + "t".repeat(32)
                    + "'; t.dispatchEvent(new Event('change'))");
            browser.await("document.getElementById('method').value === 'scans'");
        }
    }
}
