package dev.steering.cli.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.extract.repair.VectorRepair;
import java.nio.file.Path;
import java.util.List;

/** A repaired vector. Stateless and thread-safe. */
public final class VectorRepairJson {
    private VectorRepairJson() {}

    /**
     * Refusals on prompts that the repair has not seen.
     *
     * @param vector {@code none}, {@code given} or {@code repaired}
     * @param harmfulRefused harmful prompts that were refused
     * @param harmful of how many
     * @param harmlessRefused harmless prompts that were refused
     * @param harmless of how many
     */
    public record Counts(String vector, int harmfulRefused, int harmful, int harmlessRefused, int harmless) {}

    /**
     * @param file where the repaired vector is
     * @param parent where the vector is that it was made of
     * @param layers where it is used
     * @param alpha with which strength, raw
     * @param refusals texts that safety was measured by
     * @param answers texts that the effect was measured by
     * @param repaired what came of it
     * @param counts without vector, with the given and with the repaired one
     * @return the result of {@code steer vector repair}
     */
    public static ObjectNode of(
            Path file,
            Path parent,
            List<Integer> layers,
            double alpha,
            int refusals,
            int answers,
            VectorRepair.Repaired repaired,
            List<Counts> counts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file.toString()).put("parent", parent.toString());
        ArrayNode steered = node.putArray("layers");
        layers.forEach(steered::add);
        node.put("alpha", alpha)
                .put("refusals", refusals)
                .put("answers", answers)
                .put("removed", repaired.removed());
        ArrayNode vectors = node.putArray("vectors");
        List<VectorRepair.Losses> losses = List.of(repaired.unsteered(), repaired.before(), repaired.after());
        for (int i = 0; i < counts.size(); i++) {
            Counts c = counts.get(i);
            vectors.addObject()
                    .put("vector", c.vector())
                    .put("safety_loss", losses.get(i).safety())
                    .put("effect_loss", losses.get(i).effect())
                    .put("harmful_refused", c.harmfulRefused())
                    .put("harmful", c.harmful())
                    .put("harmless_refused", c.harmlessRefused())
                    .put("harmless", c.harmless());
        }
        return node;
    }
}
