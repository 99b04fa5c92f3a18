package dev.steering.apply.adasteer;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerReads;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.PromptProbe;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.List;
import java.util.function.Consumer;

/**
 * AdaSteer (arXiv 2504.09466) as its code does it: an unsteered pass says where the prompt's last token lies between two classes, at one
 * layer for each direction, and a law makes a strength of it; then
 *
 * <pre>x_i <- x_i + s (lambda_r r + lambda_c c)     for all prompt positions i</pre>
 *
 * <p>at all layers, while the prompt is read and never after. c is the projection of a second direction on r, as the public code's files
 * have it. s is ours, 1 by default. Immutable and thread-safe.
 */
final class AdaSteer implements Method {
    static final String NAME = "adasteer";

    private static final int[] NOTHING = {};

    private final List<Part> parts;
    private final DirectionSet directions;
    private final double strength;
    private final List<Integer> layers;
    private final List<ExtractionPrompts> prompts;
    private final Probe probe = new Probe();

    /**
     * One of the directions.
     *
     * @param vector fingerprint of its vector
     * @param reads what is read
     * @param law what strength that gives
     */
    record Part(String vector, LayerReads reads, Law law) {}

    AdaSteer(
            List<Part> parts,
            DirectionSet directions,
            double strength,
            List<Integer> layers,
            List<ExtractionPrompts> prompts) {
        this.parts = List.copyOf(parts);
        this.directions = directions;
        this.strength = strength;
        this.layers = List.copyOf(layers);
        this.prompts = List.copyOf(prompts);
    }

    /** The strengths of one prompt; not copied. */
    @SuppressWarnings("ArrayRecordComponent") // one per prompt, read by its own texts only
    private record Strengths(float[] values) implements PromptProbe.Reading {}

    /** Looks at the last token. */
    private final class Probe implements PromptProbe {
        @Override
        public int[] suffix() {
            return NOTHING;
        }

        @Override
        public List<Capture> captures(int promptTokens) {
            return List.of(Capture.token(promptTokens - 1));
        }

        @Override
        public Strengths read(ForwardResult states, int row) {
            float[] values = new float[parts.size()];
            for (int k = 0; k < values.length; k++) {
                Law law = parts.get(k).law();
                double position = parts.get(k).reads().read(law.layer(), states.captured(row, law.layer() + 1, 0));
                values[k] = (float) (strength * law.strength(position));
            }
            return new Strengths(values);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        StringBuilder words = new StringBuilder("AdaSteer: prompts moved at layers " + layers + " by " + strength
                + " times what the law of their position says (layer:slope,zero,least,most): "
                + parts.get(0).law());
        if (parts.size() > 1) {
            words.append(", and ").append(parts.get(1).law()).append(" along the second direction's projection");
        }
        return words.toString();
    }

    @Override
    public String json() {
        Part second = parts.size() > 1 ? parts.get(1) : null;
        return Description.of(NAME)
                .put("vector", parts.get(0).vector())
                .put("rejection_law", parts.get(0).law().toString())
                .put("harm_vector", second == null ? null : second.vector())
                .put("harm_law", second == null ? null : second.law().toString())
                .put("strength", strength)
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
        return Draft.probed(index, query.tokens(), probe, found -> steering((Strengths) found, last), false);
    }

    private PassSteering steering(Strengths found, int last) {
        float[] values = found.values();
        Schedule prompt = (position, k) -> position <= last ? values[k] : 0f;
        return PassSteering.adding(directions, List.of(prompt));
    }
}
