package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** Reads what Python rendered, and holds our rendering against it. */
final class JinjaCases {
    /** The moment at which the resources were made. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T15:04:05Z"), ZoneOffset.UTC);

    private static final ObjectMapper JSON = new ObjectMapper();

    private JinjaCases() {}

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(JsonNode node) {
        return JSON.convertValue(node, Map.class);
    }

    /** @param expectation has {@code expected} and {@code error}, one of them null */
    static void check(String template, Map<String, Object> context, JsonNode expectation) {
        if (expectation.get("error").isNull()) {
            String rendered = ChatTemplate.parse(template).withClock(CLOCK).render(context);
            assertEquals(expectation.get("expected").textValue(), rendered, template);
        } else {
            TemplateException e = assertThrows(
                    TemplateException.class,
                    () -> ChatTemplate.parse(template).withClock(CLOCK).render(context),
                    template);
            assertEquals(expectation.get("error").textValue(), e.reason(), template);
        }
    }
}
