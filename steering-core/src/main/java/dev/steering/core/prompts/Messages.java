package dev.steering.core.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.prompts.rows.JsonNodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The column that holds conversations, as chat models' data sets have it: {@code [{"role": ..., "content": ...}, ...]}. */
final class Messages {
    static final String COLUMN = "messages";

    private static final Set<String> ROLES = Set.of("system", "user", "assistant");

    private Messages() {}

    /** A row's conversation; one question without anything else is a single question. */
    static Prompt read(Origin origin, PromptTable.Row row, String column) {
        String json = row.others().get(column);
        if (json == null) {
            throw origin.wrong(
                    row, "there are no messages in '" + column + "', expected [{\"role\": ..., \"content\": ...}].");
        }
        List<Said> said = new ArrayList<>();
        for (JsonNode message : JsonNodes.parsed(origin.place(row), json)) {
            JsonNode role = message.path("role");
            JsonNode content = message.path("content");
            if (!role.isTextual() || !content.isTextual() || !ROLES.contains(role.textValue())) {
                throw origin.wrong(
                        row,
                        "expected messages with the role system, user or assistant and a text as content, found "
                                + Named.shortened(message.toString()) + ".");
            }
            said.add(new Said(role.textValue(), content.textValue()));
        }
        requireQuestion(origin, row, said);
        Said last = said.get(said.size() - 1);
        return said.size() == 1
                ? new Prompt(last.content(), origin.place(row))
                : new Prompt(json, said, origin.place(row));
    }

    private static void requireQuestion(Origin origin, PromptTable.Row row, List<Said> said) {
        boolean asks = !said.isEmpty() && said.get(said.size() - 1).role().equals("user");
        if (!asks) {
            throw wrong(origin, row, "a conversation must end with a message of the user, to be answered", said);
        }
        if (said.get(said.size() - 1).content().isBlank()) {
            throw wrong(origin, row, "the question at the end of a conversation must not be blank", said);
        }
        String expected = said.get(0).role().equals("system") ? "system" : "user";
        for (Said message : said) {
            if (!message.role().equals(expected)) {
                throw wrong(
                        origin,
                        row,
                        "messages of user and assistant must alternate, perhaps behind a system message",
                        said);
            }
            expected = expected.equals("user") ? "assistant" : "user";
        }
    }

    private static BadFile wrong(Origin origin, PromptTable.Row row, String rule, List<Said> said) {
        return origin.wrong(
                row, rule + ", found " + said.stream().map(Said::role).toList() + ".");
    }
}
