package dev.steering.apply.alphasteer;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.decode.Draft;
import dev.steering.model.pass.GateSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.PassSteering.Gating;
import dev.steering.model.pass.Schedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * AlphaSteer (arXiv 2506.07022) as its code does it:
 *
 * <pre>x_i <- x_i + lambda (x_q . w) r     for all prompt positions i, q being the prompt's last token</pre>
 *
 * <p>at every steered layer, while the prompt is read and never after; x is the stream as the steered layers before it have left it. The
 * code multiplies with a whole matrix, which is w r^T. Immutable and thread-safe.
 */
final class AlphaSteer implements Method {
    static final String NAME = "alphasteer";

    private final GateSet gates;
    private final double alpha;
    private final VectorScale scale;
    private final List<Integer> layers;
    private final VectorReference vector;
    private final List<ExtractionPrompts> prompts;

    AlphaSteer(
            GateSet gates,
            double alpha,
            VectorScale scale,
            List<Integer> layers,
            VectorReference vector,
            List<ExtractionPrompts> prompts) {
        this.gates = gates;
        this.alpha = alpha;
        this.scale = scale;
        this.layers = List.copyOf(layers);
        this.vector = vector;
        this.prompts = List.copyOf(prompts);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "AlphaSteer: prompts moved by " + alpha + " times what is read of their last token, along the "
                + (scale == VectorScale.RAW ? "raw" : "unit") + " directions at layers " + layers;
    }

    @Override
    public String json() {
        return Description.of(NAME)
                .put("vector", vector.fingerprint())
                .put("alpha", alpha)
                .put("scale", scale == VectorScale.RAW ? "raw" : "unit")
                .put("layers", layers)
                .toJson();
    }

    @Override
    public List<ExtractionPrompts> extractedFrom() {
        return prompts;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        query.turns(NAME);
        int last = query.tokens().length - 1;
        float strength = (float) alpha;
        Schedule prompt = (position, gate) -> position <= last ? strength : 0f;
        return Draft.of(index, query.tokens(), PassSteering.gated(new Gating(gates, List.of(prompt), List.of(last))));
    }
}
