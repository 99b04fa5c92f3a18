package dev.steering.apply;

import dev.steering.apply.plan.Operation.Add;
import dev.steering.apply.plan.Operation.ProjectOut;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import java.util.List;
import java.util.function.ObjIntConsumer;

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

    private final Responder responder;

    private ConstantSteering(Responder responder) {
        this.responder = responder;
    }

    /**
     * @param model the model
     * @param options how to write
     * @return answers without steering
     */
    public static ConstantSteering none(ChatModel model, GenerationOptions options) {
        return new ConstantSteering(new Unsteered(new Generator(model, options), Query::tokens));
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
        SteeringPlan plan = plan(VectorReference.to("", vector), operation, scale, alpha, layers);
        return new ConstantSteering(new PlanSteering(model, options, plan, PlanVectors.of(vector)));
    }

    /**
     * @param vector the vector
     * @param operation what to do with it
     * @param scale what alpha multiplies; ignored by ABLATE
     * @param alpha strength; ignored by ABLATE
     * @param layers where to act, 0-based
     * @return the same as a plan
     * @throws dev.steering.core.SteeringException if there are no layers or one is negative
     */
    public static SteeringPlan plan(
            VectorReference vector, Operation operation, VectorScale scale, double alpha, List<Integer> layers) {
        return SteeringPlan.of(Step.of(
                vector,
                switch (operation) {
                    case ADD -> new Add(alpha, scale, false);
                    case SUBTRACT -> new Add(-alpha, scale, false);
                    case ABLATE -> new ProjectOut(1, false);
                },
                layers));
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        return responder.reply(queries, listener);
    }

    @Override
    public boolean readsPlainText() {
        return true;
    }

    @Override
    public void replyAll(List<Query> queries, int rows, TokenListener listener, ObjIntConsumer<Reply> done) {
        responder.replyAll(queries, rows, listener, done);
    }
}
