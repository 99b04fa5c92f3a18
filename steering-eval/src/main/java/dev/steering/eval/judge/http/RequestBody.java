package dev.steering.eval.judge.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.JsonMessages;
import dev.steering.core.json.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * What a request's body says beside the model and its messages: interfaces differ in how the length of a reply is limited, and models
 * that think need more than a word. Immutable.
 *
 * @param limit the field with the most tokens of a reply
 * @param tokens most tokens of a reply, at least 1
 * @param extra a JSON object whose fields are added, or replace those that are there; null for none
 */
public record RequestBody(Limit limit, int tokens, @Nullable String extra) {
    private static final int ONE_WORD = 8;

    /** One word, limited by {@code max_tokens}. */
    public static final RequestBody DEFAULT = new RequestBody(Limit.MAX_TOKENS, ONE_WORD, null);

    /** The field that limits a reply. */
    public enum Limit {
        /** {@code max_tokens}, as nearly every interface has it. */
        MAX_TOKENS("max_tokens"),
        /** {@code max_completion_tokens}, which newer models ask for. */
        MAX_COMPLETION_TOKENS("max_completion_tokens"),
        /** None. */
        NONE("none");

        private final String word;

        Limit(String word) {
            this.word = word;
        }

        /** @return the field's name */
        public String word() {
            return word;
        }
    }

    /** @throws BadRequest if a number is out of range or the extra fields are no JSON object */
    public RequestBody {
        if (tokens < 1) {
            throw new BadRequest("A judge's reply needs at least 1 token, found " + tokens + ".");
        }
        if (extra != null) {
            JsonNode unused = object(extra);
        }
    }

    void limit(ObjectNode body) {
        if (limit != Limit.NONE) {
            body.put(limit.word(), tokens);
        }
    }

    void extend(ObjectNode body) {
        if (extra != null) {
            body.setAll(object(extra));
        }
    }

    /** What verdicts depend on; empty for the default, so that verdicts of before are found. */
    String identity() {
        return equals(DEFAULT) ? "" : limit.word() + " " + tokens + " " + (extra == null ? "" : object(extra));
    }

    private static ObjectNode object(String text) {
        try {
            if (StrictJson.MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new BadRequest("The extra fields of a judge's request are not valid JSON: " + JsonMessages.of(e), e);
        }
        throw new BadRequest(
                "The extra fields of a judge's request must be a JSON object, such as {\"top_p\": 1}, found '" + text
                        + "'.");
    }
}
