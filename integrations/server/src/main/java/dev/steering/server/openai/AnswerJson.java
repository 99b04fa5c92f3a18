package dev.steering.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.FinishReason;
import dev.steering.core.json.JsonDocument;
import java.util.List;
import java.util.Locale;

/**
 * Answers as OpenAI's interface writes them, of chats and of completions. Immutable.
 *
 * @param chat whether it is a chat's, else a completion's
 * @param id the answer's identity
 * @param created when it was asked for, in seconds since 1970
 * @param model as the request names it
 * @param told whether it is told how probable tokens were
 */
public record AnswerJson(boolean chat, String id, long created, String model, boolean told) {
    private static final String LOGPROBS = "logprobs";

    /**
     * @param responses the answers, at least one
     * @param steering what was done to the model, and what its gate decided
     * @return the whole answer
     */
    public String whole(List<ChatResponse> responses, ObjectNode steering) {
        ObjectNode root = root(chat ? "chat.completion" : "text_completion");
        ArrayNode choices = root.putArray("choices");
        for (int i = 0; i < responses.size(); i++) {
            ChatResponse response = responses.get(i);
            ObjectNode choice = choices.addObject().put("index", i);
            if (chat) {
                choice.putObject("message")
                        .put("role", "assistant")
                        .put("content", response.text())
                        .putNull("refusal");
            } else {
                choice.put("text", response.text());
            }
            end(choice, response);
        }
        root.set("usage", usage(responses));
        root.set("steering", steering);
        return JsonDocument.write(root);
    }

    /**
     * @param index which answer
     * @return the first event of an answer; empty for completions, which have none
     */
    public String first(int index) {
        ObjectNode root = root("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject().put("index", index);
        choice.putObject("delta").put("role", "assistant").put("content", "");
        choice.putNull(LOGPROBS).putNull("finish_reason");
        return JsonDocument.write(root);
    }

    /**
     * @param index which answer
     * @param piece more of it
     * @return the event that says so
     */
    public String piece(int index, String piece) {
        ObjectNode root = root(chat ? "chat.completion.chunk" : "text_completion");
        ObjectNode choice = root.putArray("choices").addObject().put("index", index);
        if (chat) {
            choice.putObject("delta").put("content", piece);
        } else {
            choice.put("text", piece);
        }
        choice.putNull(LOGPROBS).putNull("finish_reason");
        return JsonDocument.write(root);
    }

    /**
     * @param index which answer
     * @param response the whole of it
     * @param steering what was done to the model, and what its gate decided
     * @return the event that ends it
     */
    public String last(int index, ChatResponse response, ObjectNode steering) {
        ObjectNode root = root(chat ? "chat.completion.chunk" : "text_completion");
        ObjectNode choice = root.putArray("choices").addObject().put("index", index);
        if (chat) {
            choice.putObject("delta");
        } else {
            choice.put("text", "");
        }
        end(choice, response);
        root.set("steering", steering);
        return JsonDocument.write(root);
    }

    /**
     * @param responses the answers
     * @return the event that says what they took
     */
    public String usageEvent(List<ChatResponse> responses) {
        ObjectNode root = root(chat ? "chat.completion.chunk" : "text_completion");
        root.putArray("choices");
        root.set("usage", usage(responses));
        return JsonDocument.write(root);
    }

    private ObjectNode root(String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private void end(ObjectNode choice, ChatResponse response) {
        choice.set(
                LOGPROBS,
                told ? chat ? LogprobsJson.chat(response.tokens()) : LogprobsJson.completion(response.tokens()) : null);
        choice.put("finish_reason", reason(response.finish()));
        choice.put("finish_detail", response.finish().name().toLowerCase(Locale.ROOT));
    }

    private static String reason(FinishReason finish) {
        return switch (finish) {
            case END, STOP, CANCELLED -> "stop";
            case LENGTH, CONTEXT, DEADLINE -> "length";
        };
    }

    /** The conversation is read once, however many answers there are. */
    private static ObjectNode usage(List<ChatResponse> responses) {
        int prompt = responses.get(0).usage().promptTokens();
        int written = responses.stream()
                .mapToInt(response -> response.usage().completionTokens())
                .sum();
        int extra = responses.stream()
                .mapToInt(response -> response.usage().extraPositions())
                .sum();
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", written)
                .put("total_tokens", prompt + written)
                .put("steering_positions", extra);
    }
}
