package dev.steering.core.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.json.JsonFields;
import org.jspecify.annotations.Nullable;

/** A {@link DirectionSearch} as a JSON object, in vector files and in results. Stateless and thread-safe. */
public final class DirectionSearchJson {
    private DirectionSearchJson() {}

    /**
     * @param node where to put it
     * @param search what to put
     * @throws BadRequest if a number is not finite
     */
    public static void put(ObjectNode node, DirectionSearch search) {
        number(node, "lambda", search.lambda());
        node.put("site", search.site());
        node.put("position", search.position());
        node.put("layer", search.layer());
        number(node, "remaining", search.remaining());
        ObjectNode limits = node.putObject("limits");
        number(limits, "divergence", search.limits().divergence());
        number(limits, "layer_share", search.limits().layerShare());
        number(limits, "induced", search.limits().induced());
        ArrayNode tokens = node.putArray("refusal_tokens");
        search.refusalTokens().forEach(tokens::add);
        ArrayNode sets = node.putArray("sets");
        for (DirectionSearch.SetCount set : search.sets()) {
            sets.addObject()
                    .put("set", set.set())
                    .put("given", set.given())
                    .put("kept", set.kept())
                    .put("development", set.development());
        }
        number(node, "baseline", search.baseline());
        ArrayNode candidates = node.putArray("candidates");
        for (DirectionSearch.Candidate candidate : search.candidates()) {
            ObjectNode entry =
                    candidates.addObject().put("position", candidate.position()).put("layer", candidate.layer());
            number(entry, "score", candidate.score());
            number(entry, "divergence", candidate.divergence());
            number(entry, "induced", candidate.induced());
        }
    }

    /**
     * @param json an object that {@link #put} wrote
     * @return the search
     */
    public static DirectionSearch read(JsonFields json) {
        DirectionSearch search = new DirectionSearch(
                optional(json, "lambda"),
                json.string("site"),
                json.integer("position"),
                json.integer("layer"),
                json.number("remaining"),
                json.object(
                        "limits",
                        limits -> new DirectionSearch.Limits(
                                limits.number("divergence"),
                                limits.number("layer_share"),
                                optional(limits, "induced"))),
                json.strings("refusal_tokens"),
                json.objects(
                        "sets",
                        set -> new DirectionSearch.SetCount(
                                set.string("set"),
                                set.integer("given"),
                                set.integer("kept"),
                                set.integer("development"))),
                json.number("baseline"),
                json.objects(
                        "candidates",
                        entry -> new DirectionSearch.Candidate(
                                entry.integer("position"),
                                entry.integer("layer"),
                                entry.number("score"),
                                entry.number("divergence"),
                                optional(entry, "induced"))));
        boolean known = search.candidates().stream()
                .anyMatch(c -> c.position() == search.position() && c.layer() == search.layer());
        if (!known) {
            throw json.damaged("its search chose position " + search.position() + " of layer " + search.layer()
                    + ", which is not among its candidates");
        }
        return search;
    }

    private static @Nullable Double optional(JsonFields json, String key) {
        return json.has(key) ? json.number(key) : null;
    }

    private static void number(ObjectNode node, String key, @Nullable Double value) {
        if (value == null) {
            return;
        }
        if (!Double.isFinite(value)) {
            throw new BadRequest("cannot save the steering vector: its search has a " + key + " of " + value
                    + ", expected a finite number.");
        }
        node.put(key, value);
    }
}
