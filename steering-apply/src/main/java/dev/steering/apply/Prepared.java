package dev.steering.apply;

import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.model.chat.ChatModel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Steering that has been checked against a model and brought to it, for any number of requests: see {@link SteeredModel#prepare}. Two
 * requests with the same one share its directions in a batch. Thread-safe.
 */
public final class Prepared {
    private static final int MOST_VIEWS = 8;

    private final Steering steering;
    private final ChatModel model;
    private final Method method;
    private final Map<Map<String, Object>, Method> views = new LinkedHashMap<>();

    private Prepared(Steering steering, ChatModel model, Method method) {
        this.steering = steering;
        this.model = model;
        this.method = method;
    }

    static Prepared of(Steering steering, ChatModel model) {
        return new Prepared(steering, model, bind(steering, model));
    }

    private static Method bind(Steering steering, ChatModel model) {
        for (MethodOption<?> option : steering.arguments().options()) {
            requireFits(steering.arguments().get(option), model, steering.check());
        }
        return MethodRegistry.any(steering.method()).bind(model, steering.arguments());
    }

    private static void requireFits(@Nullable Object value, ChatModel model, ModelCheck check) {
        TargetModel target = TargetModel.of(model.manifest());
        if (value instanceof NamedVector named) {
            target.requireFits(named.vector(), check);
        } else if (value instanceof PlanVectors vectors) {
            for (SteeringVector vector : vectors.all()) {
                target.requireFits(vector, check);
            }
        } else if (value instanceof SoftPrompts prompts) {
            target.requireFits(prompts, check);
        }
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

    @SuppressWarnings("ReferenceEquality") // an open model is its own identity
    boolean isFor(ChatModel other) {
        return model == other;
    }

    /** The method where prompts are written in the model's own format. */
    Method method() {
        return method;
    }

    /** The method where prompts are written with other template variables, checked anew. */
    synchronized Method method(ChatModel view, Map<String, Object> variables) {
        Method known = views.get(variables);
        if (known == null) {
            known = bind(steering, view);
            if (views.size() == MOST_VIEWS) {
                views.remove(views.keySet().iterator().next());
            }
            views.put(Map.copyOf(variables), known);
        }
        return known;
    }

    @Override
    public String toString() {
        return words();
    }
}
