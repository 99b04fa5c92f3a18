package dev.steering.apply.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Writes plans as JSON trees; {@link PlanJsonReader} reads them. */
final class PlanJsonWriter {
    private PlanJsonWriter() {}

    static ObjectNode write(SteeringPlan plan) {
        ObjectNode root = object().put("format", PlanFile.FORMAT).put("version", PlanFile.VERSION);
        ArrayNode steps = root.putArray("steps");
        plan.steps().forEach(step -> steps.add(step(step)));
        return root;
    }

    private static ObjectNode step(Step step) {
        ObjectNode node = object();
        node.set("vector", vector(step.vector()));
        node.set("operation", operation(step.operation()));
        node.set("layers", integers(step.layers()));
        node.set(
                "scope",
                object().put("span", step.scope().span().toString())
                        .put("every", step.scope().every()));
        node.set("gate", gate(step.gate()));
        return node;
    }

    private static ObjectNode vector(VectorReference vector) {
        ObjectNode node = object().put("file", vector.file()).put("fingerprint", vector.fingerprint());
        Long seed = vector.randomSeed();
        return seed == null ? node : node.put("random_seed", seed);
    }

    private static ObjectNode operation(Operation operation) {
        if (operation instanceof Operation.Add add) {
            return object().put("type", "add")
                    .put("alpha", add.alpha())
                    .put("scale", add.scale().name().toLowerCase(Locale.ROOT))
                    .put("keep_norm", add.keepNorm());
        }
        Operation.ProjectOut out = (Operation.ProjectOut) operation;
        return object().put("type", "project-out").put("share", out.share()).put("one_sided", out.oneSided());
    }

    private static ObjectNode gate(Gate gate) {
        if (gate instanceof Gate.Condition condition) {
            ObjectNode node = object().put("type", "condition");
            node.set("vector", vector(condition.vector()));
            node.set("layers", integers(condition.layers()));
            return node.put("measure", condition.measure().toString())
                    .put("pooling", condition.pooling().toString())
                    .put("side", condition.side().toString())
                    .put("threshold", condition.threshold());
        }
        if (gate instanceof Gate.TransitionSign sign) {
            ObjectNode node = object().put("type", "transition-sign");
            node.set("layers", integers(sign.layers()));
            return node.put("threshold", sign.threshold())
                    .put("rule", sign.rule().toString());
        }
        return object().put("type", "always");
    }

    private static ArrayNode integers(List<Integer> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        values.forEach(array::add);
        return array;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
