package dev.steering.apply;

import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.core.vector.VectorQuality;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steering that has been checked against a model and brought to it, for any number of requests: see {@link SteeredModel#prepare}. Two
 * requests with the same one share its directions in a batch. Thread-safe.
 */
public final class Prepared {
    private static final int MOST_VIEWS = 8;

    private final Steering steering;
    private final ChatModel model;
    private final Method method;
    private final List<String> remarks;
    private final Map<View, Method> views = new LinkedHashMap<>();

    /**
     * How prompts are written, where that is not the model's own way.
     *
     * @param plain whether there is no template
     * @param variables for the template
     */
    record View(boolean plain, Map<String, Object> variables) {
        static View of(ChatRequest request) {
            return new View(request.withoutTemplate(), request.templateVariables());
        }
    }

    private Prepared(Steering steering, ChatModel model, Method method, List<String> remarks) {
        this.steering = steering;
        this.model = model;
        this.method = method;
        this.remarks = List.copyOf(remarks);
    }

    static Prepared of(Steering steering, ChatModel model) {
        List<String> remarks = checked(steering, model);
        return new Prepared(steering, model, bind(steering, model), remarks);
    }

    private static Method bind(Steering steering, ChatModel model) {
        return MethodRegistry.any(steering.method()).bind(model, steering.arguments());
    }

    /** Refuses what does not belong to the model; returns what could not be compared. */
    private static List<String> checked(Steering steering, ChatModel model) {
        List<String> remarks = new ArrayList<>();
        for (MethodOption<?> option : steering.arguments().options()) {
            Object value = steering.arguments().get(option);
            if (value instanceof NamedVector named) {
                check(steering, model, named.vector(), remarks);
            } else if (value instanceof PlanVectors vectors) {
                vectors.all().forEach(vector -> check(steering, model, vector, remarks));
            } else if (value instanceof SoftPrompts prompts) {
                TargetModel.of(model.manifest()).requireFits(prompts, steering.check());
            }
        }
        return remarks;
    }

    private static void check(Steering steering, ChatModel model, SteeringVector vector, List<String> remarks) {
        String remark = ModelIdentities.requireFits(model, null, vector, steering.check());
        if (remark != null) {
            remarks.add(remark);
        }
        remarks.addAll(VectorQuality.remarks(vector));
    }

    /** @return what it is */
    public Steering steering() {
        return steering;
    }

    /** @return one sentence for people: what it does, with its settings */
    public String words() {
        return method.words();
    }

    /** @return the same for programs: one JSON object on one line */
    public String json() {
        return method.json();
    }

    /**
     * @return what could not be compared with the model, because a vector's file does not say it, and what is known to be wrong with
     *     a vector's recommendations ({@link VectorQuality}), one sentence for each; empty if there is nothing to say
     */
    public List<String> remarks() {
        return remarks;
    }

    @SuppressWarnings("ReferenceEquality") // an open model is its own identity
    boolean isFor(ChatModel other) {
        return model == other;
    }

    /** The method where prompts are written in the model's own format. */
    Method method() {
        return method;
    }

    /** The method where prompts are written in another way, checked anew. */
    synchronized Method method(ChatModel view, View way) {
        Method known = views.get(way);
        if (known == null) {
            List<String> unused = checked(steering, view);
            known = bind(steering, view);
            if (views.size() == MOST_VIEWS) {
                views.remove(views.keySet().iterator().next());
            }
            views.put(way, known);
        }
        return known;
    }

    @Override
    public String toString() {
        return words();
    }
}
