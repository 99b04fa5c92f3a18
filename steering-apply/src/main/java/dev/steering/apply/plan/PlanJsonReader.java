package dev.steering.apply.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.plan.Gate.Condition;
import dev.steering.apply.plan.Gate.Measure;
import dev.steering.apply.plan.Gate.Pooling;
import dev.steering.apply.plan.Gate.Rule;
import dev.steering.apply.plan.Gate.Side;
import dev.steering.apply.plan.Gate.TransitionSign;
import dev.steering.core.vector.VectorScale;
import org.jspecify.annotations.Nullable;

/** Reads what {@link PlanJsonWriter} writes. */
final class PlanJsonReader {
    private PlanJsonReader() {}

    static SteeringPlan read(String file, JsonNode json) {
        StrictJson root = StrictJson.root(file, json);
        String format = root.string("format");
        if (!format.equals(PlanFile.FORMAT)) {
            throw root.wrong("format", "\"" + PlanFile.FORMAT + "\"", "\"" + format + "\"");
        }
        int version = root.integer("version");
        if (version != PlanFile.VERSION) {
            throw root.wrong("version", PlanFile.VERSION + ", which this version of steer reads", "" + version);
        }
        SteeringPlan plan = root.built(() -> new SteeringPlan(root.objects("steps", PlanJsonReader::step)));
        root.requireNoOthers();
        return plan;
    }

    private static Step step(StrictJson json) {
        Step step = json.built(() -> new Step(
                vector(json.object("vector")),
                operation(json.object("operation")),
                json.integers("layers"),
                scope(json.object("scope")),
                gate(json.object("gate"))));
        json.requireNoOthers();
        return step;
    }

    private static VectorReference vector(StrictJson json) {
        @Nullable Long seed = json.has("random_seed") ? (Long) json.longInteger("random_seed") : null;
        VectorReference vector =
                json.built(() -> new VectorReference(json.string("file"), json.string("fingerprint"), seed));
        json.requireNoOthers();
        return vector;
    }

    private static Operation operation(StrictJson json) {
        String type = json.string("type");
        Operation operation =
                switch (type) {
                    case "add" ->
                        json.built(() -> new Operation.Add(
                                json.number("alpha"),
                                json.choice("scale", VectorScale.values()),
                                json.bool("keep_norm")));
                    case "project-out" ->
                        json.built(() -> new Operation.ProjectOut(json.number("share"), json.bool("one_sided")));
                    default -> throw json.wrong("type", "\"add\" or \"project-out\"", "\"" + type + "\"");
                };
        json.requireNoOthers();
        return operation;
    }

    private static Scope scope(StrictJson json) {
        Scope scope = json.built(() -> new Scope(json.choice("span", Span.values()), json.integer("every")));
        json.requireNoOthers();
        return scope;
    }

    private static Gate gate(StrictJson json) {
        String type = json.string("type");
        Gate gate =
                switch (type) {
                    case "always" -> new Gate.Always();
                    case "condition" ->
                        json.built(() -> new Condition(
                                vector(json.object("vector")),
                                json.integers("layers"),
                                json.choice("measure", Measure.values()),
                                json.choice("pooling", Pooling.values()),
                                json.choice("side", Side.values()),
                                json.number("threshold")));
                    case "transition-sign" ->
                        json.built(() -> new TransitionSign(
                                json.integers("layers"), json.number("threshold"), json.choice("rule", Rule.values())));
                    default ->
                        throw json.wrong(
                                "type", "\"always\", \"condition\" or \"transition-sign\"", "\"" + type + "\"");
                };
        json.requireNoOthers();
        return gate;
    }
}
