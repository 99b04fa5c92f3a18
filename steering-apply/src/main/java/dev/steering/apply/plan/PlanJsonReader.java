package dev.steering.apply.plan;

import dev.steering.apply.plan.Gate.Condition;
import dev.steering.apply.plan.Gate.Measure;
import dev.steering.apply.plan.Gate.Pooling;
import dev.steering.apply.plan.Gate.Rule;
import dev.steering.apply.plan.Gate.Side;
import dev.steering.apply.plan.Gate.TransitionSign;
import dev.steering.core.json.JsonDocument;
import dev.steering.core.json.JsonFields;
import dev.steering.core.json.UnknownKeys;
import dev.steering.core.vector.VectorScale;
import org.jspecify.annotations.Nullable;

/** Reads what {@link PlanJsonWriter} writes. */
final class PlanJsonReader {
    private PlanJsonReader() {}

    static SteeringPlan read(String file, String json) {
        return JsonDocument.whole(file, "steering plan", UnknownKeys.REFUSE).read(json, PlanJsonReader::plan);
    }

    private static SteeringPlan plan(JsonFields root) {
        String format = root.string("format");
        if (!format.equals(PlanFile.FORMAT)) {
            throw root.wrong("format", "\"" + PlanFile.FORMAT + "\"", "\"" + format + "\"");
        }
        int version = root.integer("version");
        if (version != PlanFile.VERSION) {
            throw root.wrong("version", PlanFile.VERSION + ", which this version reads", "" + version);
        }
        return new SteeringPlan(root.objects("steps", PlanJsonReader::step));
    }

    private static Step step(JsonFields json) {
        return new Step(
                json.object("vector", PlanJsonReader::vector),
                json.object("operation", PlanJsonReader::operation),
                json.integers("layers"),
                json.object("scope", PlanJsonReader::scope),
                json.object("gate", PlanJsonReader::gate));
    }

    private static VectorReference vector(JsonFields json) {
        @Nullable Long seed = json.has("random_seed") ? (Long) json.longInteger("random_seed") : null;
        return new VectorReference(json.string("file"), json.string("fingerprint"), seed);
    }

    private static Operation operation(JsonFields json) {
        String type = json.string("type");
        return switch (type) {
            case "add" ->
                new Operation.Add(
                        json.number("alpha"), json.choice("scale", VectorScale.values()), json.bool("keep_norm"));
            case "project-out" -> new Operation.ProjectOut(json.number("share"), json.bool("one_sided"));
            default -> throw json.wrong("type", "\"add\" or \"project-out\"", "\"" + type + "\"");
        };
    }

    private static Scope scope(JsonFields json) {
        return new Scope(json.choice("span", Span.values()), json.integer("every"));
    }

    private static Gate gate(JsonFields json) {
        String type = json.string("type");
        return switch (type) {
            case "always" -> new Gate.Always();
            case "condition" ->
                new Condition(
                        json.object("vector", PlanJsonReader::vector),
                        json.integers("layers"),
                        json.choice("measure", Measure.values()),
                        json.choice("pooling", Pooling.values()),
                        json.choice("side", Side.values()),
                        json.number("threshold"));
            case "transition-sign" ->
                new TransitionSign(
                        json.integers("layers"), json.number("threshold"), json.choice("rule", Rule.values()));
            default -> throw json.wrong("type", "\"always\", \"condition\" or \"transition-sign\"", "\"" + type + "\"");
        };
    }
}
