package dev.steering.server.steer;

import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.apply.adasteer.AdaSteerDefinition;
import dev.steering.apply.named.NamedSteering;
import dev.steering.apply.named.RecentlyUsed;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.Scope;
import dev.steering.apply.plan.Span;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.SteeringVector;
import dev.steering.server.http.HttpError;
import dev.steering.server.vectors.StoredVector;
import dev.steering.server.vectors.VectorStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the steering that requests to one model choose. What was made is kept for the next request that chooses the same, so that both share
 * their directions in a batch. Thread-safe.
 */
public final class SteeringResolver {
    private static final int MOST_KEPT = 128;
    private static final String PLAN = "plan";

    private final SteeredModel model;
    private final VectorStore vectors;
    private final RecentlyUsed<Key, Resolved> kept = new RecentlyUsed<>(MOST_KEPT);

    /**
     * @param model the model
     * @param vectors the vectors that requests name
     */
    public SteeringResolver(SteeredModel model, VectorStore vectors) {
        this.model = model;
        this.vectors = vectors;
    }

    /**
     * What a choice means.
     *
     * @param prepared the steering
     * @param method the method's name
     * @param vector the vector; null for none
     */
    public record Resolved(Prepared prepared, String method, @Nullable StoredVector vector) {}

    /** A choice, and the vectors that its names meant. */
    private record Key(SteeringChoice choice, long version, long harmVersion) {}

    /**
     * @param choice what a request chooses
     * @return the steering; null for none
     * @throws HttpError with status 404 if there is no such vector, 400 if the choice has no meaning
     * @throws dev.steering.core.SteeringException if the vector does not belong to the model, or something is missing
     */
    public @Nullable Resolved resolve(SteeringChoice choice) {
        if (choice.isNone()) {
            return null;
        }
        if (choice.plan() != null) {
            return planned(choice, choice.plan());
        }
        NamedSteering named = choice.named();
        StoredVector vector = vector(named);
        StoredVector harm = harmVector(named);
        return kept.get(new Key(choice, version(vector), version(harm)), () -> {
            Steering steering = steering(choice, vector, harm);
            String method = named.methodWith(vector == null ? null : vector.vector());
            return new Resolved(model.prepare(steering), method, vector);
        });
    }

    private static long version(@Nullable StoredVector vector) {
        return vector == null ? 0 : vector.version();
    }

    private @Nullable StoredVector vector(NamedSteering choice) {
        if (choice.vector() != null) {
            return vectors.get(choice.vector());
        }
        if (choice.method() == null || !MethodRegistry.get(choice.method()).needsVector()) {
            return null;
        }
        Collection<StoredVector> all = vectors.all();
        if (all.size() == 1) {
            return all.iterator().next();
        }
        throw new HttpError(
                400,
                "vector_missing",
                "steering.vector",
                "The method " + choice.method() + " needs a vector, and the request names none of "
                        + String.join(", ", all.stream().map(StoredVector::name).toList()) + ".");
    }

    /** Where a user's text would be the path of a file, a request's is the name of a vector. */
    private @Nullable StoredVector harmVector(NamedSteering choice) {
        StoredVector harm = null;
        for (Map.Entry<String, String> option : choice.options().entrySet()) {
            MethodOption<?> known = MethodRegistry.option(option.getKey());
            if (known.equals(AdaSteerDefinition.HARM_VECTOR)) {
                harm = vectors.get(option.getValue());
            } else if (known.isFile()) {
                throw HttpError.badField(
                        "steering.options",
                        "The option " + known.name() + " is a file and cannot be given in a request.");
            }
        }
        return harm;
    }

    private static Steering steering(
            SteeringChoice choice, @Nullable StoredVector stored, @Nullable StoredVector harm) {
        NamedSteering named = choice.named().withoutOption(AdaSteerDefinition.HARM_VECTOR.name());
        SteeringVector vector = stored == null ? null : stored.vector();
        Steering steering = named.with(vector);
        if (harm != null) {
            steering = steering.with(AdaSteerDefinition.HARM_VECTOR, new NamedVector(harm.vector(), harm.name()));
        }
        if (choice.scope() == null) {
            return steering;
        }
        Steering scoped = scoped(steering, MethodRegistry.get(named.methodWith(vector)), choice.scope(), stored);
        return named.anyModel() ? scoped.forAnyModel() : scoped;
    }

    private static Steering scoped(
            Steering steering, MethodDefinition definition, Span span, @Nullable StoredVector stored) {
        if (!(definition instanceof SteeringDefinition planned) || stored == null) {
            throw HttpError.badField(
                    "steering.scope",
                    "The method " + definition.name() + " has its own positions: leave the scope out.");
        }
        SteeringPlan plan = new SteeringPlan(planned.plan(steering.arguments()).steps().stream()
                .map(step -> step.withScope(Scope.from(span)))
                .toList());
        return Steering.plan(plan, PlanVectors.of(stored.vector()));
    }

    /** Its vectors are found by their fingerprints, whatever files it names. */
    private Resolved planned(SteeringChoice choice, String json) {
        SteeringPlan plan = PlanFile.parse("steering.plan", json);
        PlanVectors all =
                PlanVectors.of(vectors.all().stream().map(StoredVector::vector).toArray(SteeringVector[]::new));
        List<SteeringVector> named = new ArrayList<>();
        for (Step step : plan.steps()) {
            named.add(all.get(step.vector()));
            if (step.gate() instanceof Gate.Condition condition) {
                named.add(all.get(condition.vector()));
            }
        }
        Steering steering = Steering.plan(plan, PlanVectors.of(named.toArray(SteeringVector[]::new)));
        return new Resolved(model.prepare(choice.named().anyModel() ? steering.forAnyModel() : steering), PLAN, null);
    }

    /**
     * @param method a method's name
     * @param vector a vector's name; null for none
     * @return whether the two names alone say enough to steer this model
     */
    public boolean isUsable(String method, @Nullable String vector) {
        try {
            return resolve(SteeringChoice.of(method, vector)) != null;
        } catch (HttpError | SteeringException e) {
            return false;
        }
    }
}
