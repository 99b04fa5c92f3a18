package dev.steering.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What is wrong with a JSON text, for people. Stateless and thread-safe. */
public final class JsonMessages {
    /** In place of the source, Jackson's messages name one of its own settings, which tells a user nothing: only the position is kept. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: [^\\]]*?(line: \\d+, column: \\d+)\\]");

    private JsonMessages() {}

    /**
     * @param e what the parser found
     * @return its first line, with the place in the text if it is known
     */
    public static String of(JsonProcessingException e) {
        String first =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        String reason = SOURCE.matcher(first).replaceAll("$1");
        return e.getLocation() == null || reason.contains("line: ")
                ? reason
                : reason + " (line: " + e.getLocation().getLineNr() + ", column: "
                        + e.getLocation().getColumnNr() + ")";
    }
}
