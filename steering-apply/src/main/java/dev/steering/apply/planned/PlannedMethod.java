package dev.steering.apply.planned;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Answers as a {@link SteeringPlan} says.
 *
 * <p>A plan without gates costs nothing beside the steering itself. Gates cost one unsteered pass over each prompt, of which the
 * cache is kept where no step acts before the prompt's last token: then a single token per prompt is run again, now steered.
 *
 * <p>Immutable and thread-safe.
 */
public final class PlannedMethod implements Method {
    private final String name;
    private final PlanSweep sweep;
    private final List<ExtractionPrompts> extractedFrom;

    private PlannedMethod(String name, PlanSweep sweep, List<ExtractionPrompts> extractedFrom) {
        this.name = name;
        this.sweep = sweep;
        this.extractedFrom = extractedFrom;
    }

    /**
     * @param name what to call it
     * @param model the model
     * @param plan what to do
     * @param vectors the vectors that the plan names
     * @return the method
     * @throws dev.steering.core.SteeringException if a vector is not there or not of the model's size, or a layer is out of range
     */
    public static PlannedMethod of(String name, ChatModel model, SteeringPlan plan, PlanVectors vectors) {
        List<ExtractionPrompts> prompts = new ArrayList<>();
        for (SteeringVector vector : vectors.all()) {
            if (vector.prompts() != null) {
                prompts.add(vector.prompts());
            }
        }
        return new PlannedMethod(name, PlanSweep.of(model, List.of(plan), vectors), List.copyOf(prompts));
    }

    /** @return what it does */
    public SteeringPlan plan() {
        return sweep.plans().get(0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String words() {
        return plan().words();
    }

    @Override
    public String json() {
        return PlanFile.toJson(plan());
    }

    /** Gates read a prompt's states against those of prompts; a plan without gates does the same to any text. */
    @Override
    public boolean readsPlainText() {
        return sweep.isOpen();
    }

    @Override
    public List<ExtractionPrompts> extractedFrom() {
        return extractedFrom;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        return sweep.draft(index, query, 0, decided);
    }
}
