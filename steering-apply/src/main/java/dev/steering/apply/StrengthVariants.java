package dev.steering.apply;

import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.Generation;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.generation.Generator;
import dev.steering.core.generation.TokenListener;
import dev.steering.core.runtime.DirectionSet;
import dev.steering.core.runtime.Schedule;
import dev.steering.core.runtime.Steering;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the same prompts at several strengths and signs of one vector at the same layers, from the last prompt token on: what {@link
 * ConstantSteering} writes at each of them. A prompt is read once for all. Immutable and thread-safe.
 */
public final class StrengthVariants {
    private final Generator generator;
    private final DirectionSet directions;

    /**
     * @param model the model
     * @param options how to write
     * @param vector the vector
     * @param scale what strengths multiply
     * @param layers where to add it, 0-based
     * @throws dev.steering.core.SteeringException if a layer is out of range
     */
    public StrengthVariants(
            ChatModel model,
            GenerationOptions options,
            SteeringVector vector,
            VectorScale scale,
            List<Integer> layers) {
        this.generator = new Generator(model, options);
        this.directions = DirectionSet.of(Directions.points(vector.directions(scale), layers));
    }

    /**
     * @param queries what to answer
     * @param strengths how much of the vector is added: positive towards refusal, negative away from it
     * @param most most rows at once, at least 1
     * @return the answers, {@code [strengths][queries]}
     */
    public List<List<Generation>> answers(List<Query> queries, List<Double> strengths, int most) {
        List<int[]> prompts = queries.stream().map(Query::tokens).toList();
        List<List<Generation>> byPrompt =
                generator.sweep(prompts, prompt -> steerings(prompts.get(prompt), strengths), most, TokenListener.NONE);
        List<List<Generation>> byStrength = new ArrayList<>();
        for (int s = 0; s < strengths.size(); s++) {
            int strength = s;
            byStrength.add(byPrompt.stream().map(texts -> texts.get(strength)).toList());
        }
        return byStrength;
    }

    private List<@Nullable Steering> steerings(int[] prompt, List<Double> strengths) {
        List<@Nullable Steering> steerings = new ArrayList<>();
        for (double strength : strengths) {
            Schedule schedule = Schedule.from(prompt.length - 1, (float) strength);
            steerings.add(Steering.adding(directions, List.of(schedule)));
        }
        return steerings;
    }
}
