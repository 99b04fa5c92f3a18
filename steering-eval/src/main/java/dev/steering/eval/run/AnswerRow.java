package dev.steering.eval.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Decision;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.store.JsonLog;
import dev.steering.model.decode.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One method's answer to one prompt.
 *
 * @param method the method's name
 * @param item what was asked
 * @param generation what was written
 * @param decision what the method decided about the prompt; null for methods that decide nothing
 */
public record AnswerRow(String method, EvalItem item, Generation generation, @Nullable Decision decision) {
    static AnswerRow of(String method, EvalItem item, Answer answer) {
        return new AnswerRow(method, item, answer.generation(), answer.decision());
    }

    /** The row as one line of JSON. */
    ObjectNode toJson(String plan) {
        ObjectNode line = JsonLog.newLine()
                .put("method", method)
                .put("set", item.set())
                .put("row", item.row())
                .put("prompt", item.prompt())
                .put("plan", plan);
        if (decision == null) {
            line.putNull("decision").putNull("score");
        } else {
            line.put("decision", decision.harmful() ? "harmful" : "harmless").put("score", decision.score());
        }
        line.put("text", generation.text());
        generation.tokens().forEach(line.putArray("tokens")::add);
        return line.put("finish", generation.finish().name().toLowerCase(Locale.ROOT));
    }

    /** Reads what {@link #toJson} wrote. */
    static AnswerRow of(JsonNode line, EvalItem item) {
        List<Integer> tokens = new ArrayList<>();
        line.path("tokens").forEach(token -> tokens.add(token.asInt()));
        Generation generation = new Generation(
                tokens,
                line.path("text").asText(),
                Generation.Finish.valueOf(line.path("finish").asText().toUpperCase(Locale.ROOT)));
        Decision decision = line.path("decision").isTextual()
                ? new Decision(
                        line.path("score").asDouble(),
                        line.path("decision").asText().equals("harmful"))
                : null;
        return new AnswerRow(line.path("method").asText(), item, generation, decision);
    }
}
