package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Decision;
import dev.steering.cli.trace.TracedPrompt;
import dev.steering.extract.project.LogitLens;
import dev.steering.extract.trace.StreamTrace.Position;
import dev.steering.extract.trace.StreamTrace.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A traced prompt. Stateless and thread-safe. */
public final class TraceJson {
    private TraceJson() {}

    /**
     * @param model the model's name
     * @param method what was done, in words; null for nothing
     * @param traced what came of it
     * @return the result of {@code steer trace}
     */
    public static ObjectNode of(String model, @Nullable String method, TracedPrompt traced) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("model", model)
                .put("prompt", traced.prompt())
                .put("prompt_tokens", traced.promptTokens())
                .put("method", method)
                .put("answer", traced.answer());
        putDecisions(node, traced.decisions());
        TracedPrompt.Against against = traced.against();
        if (against == null) {
            node.putNull("against");
        } else {
            putDecisions(node.putObject("against").put("method", against.words()), against.decisions());
        }
        ArrayNode positions = node.putArray("positions");
        for (int i = 0; i < traced.unsteered().size(); i++) {
            put(
                    positions.addObject(),
                    i,
                    traced.unsteered().get(i),
                    at(traced.steered(), i),
                    at(against == null ? null : against.positions(), i));
        }
        return node;
    }

    private static void putDecisions(ObjectNode node, List<Decision> made) {
        ArrayNode decisions = node.putArray("decisions");
        made.forEach(decision ->
                decisions.addObject().put("score", decision.score()).put("harmful", decision.harmful()));
    }

    private static @Nullable Position at(@Nullable List<Position> positions, int index) {
        return positions == null ? null : positions.get(index);
    }

    private static void put(
            ObjectNode node, int index, Position position, @Nullable Position steered, @Nullable Position against) {
        node.put("position", index)
                .put("id", position.id())
                .put("token", position.text())
                .put("steered", steered != null && steered.steered())
                .put("against_steered", against != null && against.steered());
        ArrayNode layers = node.putArray("layers");
        for (int layer = 0; layer < position.layers().size(); layer++) {
            ObjectNode one = layers.addObject().put("layer", layer);
            putState(one, "unsteered", position, layer);
            putState(one, "steered", steered, layer);
            putState(one, "against", against, layer);
        }
    }

    private static void putState(ObjectNode node, String name, @Nullable Position position, int layer) {
        if (position == null) {
            node.putNull(name);
        } else {
            putState(node.putObject(name), position.layers().get(layer));
        }
    }

    private static void putState(ObjectNode node, State state) {
        node.put("norm", state.norm()).put("projection", state.projection());
        ArrayNode lens = node.putArray("lens");
        for (LogitLens.Token token : state.lens()) {
            lens.addObject().put("id", token.id()).put("token", token.text()).put("logit", token.logit());
        }
    }
}
