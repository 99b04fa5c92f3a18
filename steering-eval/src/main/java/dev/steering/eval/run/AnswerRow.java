package dev.steering.eval.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Answer;
import dev.steering.apply.Decision;
import dev.steering.core.json.JsonFields;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.store.JsonLog;
import dev.steering.model.decode.Generation;
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
    static AnswerRow of(JsonFields line, EvalItem item) {
        Generation generation = new Generation(
                line.integers("tokens"), line.string("text"), line.choice("finish", Generation.Finish.values()));
        Decision decision = line.has("decision")
                ? new Decision(line.number("score"), line.string("decision").equals("harmful"))
                : null;
        return new AnswerRow(line.string("method"), item, generation, decision);
    }
}
