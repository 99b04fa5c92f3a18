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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The same steering for every prompt, from the last prompt token on: nothing, a vector added or subtracted, or the component
 * along it projected out. Immutable and thread-safe.
 */
public final class ConstantSteering implements Responder {
    /** What is done with the vector. */
    public enum Operation {
        /** {@code h + alpha v}: towards refusal. */
        ADD,
        /** {@code h - alpha v}: away from refusal. */
        SUBTRACT,
        /** {@code h - (h . u) u} with u the unit vector: the component along the direction is removed. */
        ABLATE
    }

    private final Generator generator;
    private final @Nullable Operation operation;
    private final @Nullable DirectionSet directions;
    private final float alpha;

    private ConstantSteering(
            ChatModel model,
            GenerationOptions options,
            @Nullable Operation operation,
            @Nullable DirectionSet directions,
            double alpha) {
        this.generator = new Generator(model, options);
        this.operation = operation;
        this.directions = directions;
        this.alpha = (float) alpha;
    }

    /**
     * @param model the model
     * @param options how to write
     * @return answers without steering
     */
    public static ConstantSteering none(ChatModel model, GenerationOptions options) {
        return new ConstantSteering(model, options, null, null, 0);
    }

    /**
     * @param model the model
     * @param options how to write
     * @param operation what to do with the vector
     * @param vector the vector; its directions are taken at {@code scale}, except that ABLATE always takes unit ones
     * @param scale what alpha multiplies
     * @param alpha strength; ignored by ABLATE
     * @param layers where to act, 0-based
     * @return answers with that steering
     * @throws dev.steering.core.SteeringException if a layer is out of range
     */
    public static ConstantSteering of(
            ChatModel model,
            GenerationOptions options,
            Operation operation,
            SteeringVector vector,
            VectorScale scale,
            double alpha,
            List<Integer> layers) {
        VectorScale used = operation == Operation.ABLATE ? VectorScale.UNIT : scale;
        return new ConstantSteering(model, options, operation, Directions.at(vector.directions(used), layers), alpha);
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        List<int[]> prompts = queries.stream().map(Query::tokens).toList();
        List<Generation> texts = generator.generate(prompts, steering(prompts), listener);
        return texts.stream().map(text -> new Reply(text, null)).toList();
    }

    private @Nullable Steering steering(List<int[]> prompts) {
        if (operation == null || directions == null) {
            return null;
        }
        float strength = operation == Operation.ADD ? alpha : operation == Operation.SUBTRACT ? -alpha : 1f;
        List<Schedule> schedules = prompts.stream()
                .map(prompt -> Schedule.from(prompt.length - 1, strength))
                .toList();
        return operation == Operation.ABLATE
                ? Steering.projectingOut(directions, true, schedules)
                : Steering.adding(directions, schedules);
    }
}
