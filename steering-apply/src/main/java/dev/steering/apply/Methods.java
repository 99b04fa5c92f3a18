package dev.steering.apply;

import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.core.BadRequest;
import dev.steering.core.FileNames;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.ReadingOptions;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import java.nio.file.Path;

/**
 * Makes methods by name, so that they can be compared on equal terms: the same model, and one vector with one strength at the same
 * layers, unless a method names another. Immutable and thread-safe.
 */
public final class Methods {
    /** What a method's name begins with that is a plan in a file. */
    public static final String PLAN_PREFIX = "plan:";

    /** Stands between the name of a method that steers and the file of a vector of its own. */
    public static final String VECTOR_MARK = "@";

    private final ChatModel model;
    private final MethodArguments arguments;
    private final ModelCheck check;

    private Methods(ChatModel model, MethodArguments arguments, ModelCheck check) {
        this.model = model;
        this.arguments = arguments;
        this.check = check;
    }

    /**
     * @param model the model; whether the arguments' vector belongs to it is the caller's to check
     * @param arguments vector, strength, layers and so on; every method takes of them what it looks at
     * @param check how strictly vectors of files that a name mentions must belong to the model
     * @return makes methods of them
     */
    public static Methods with(ChatModel model, MethodArguments arguments, ModelCheck check) {
        return new Methods(model, arguments, check);
    }

    /**
     * @param name a method's name; one that steers, {@value #VECTOR_MARK} and the path of a vector's file, which takes the place of
     *     the arguments' vector; or {@value #PLAN_PREFIX} and the path of a plan's file
     * @return the method
     * @throws dev.steering.core.SteeringException if there is no such method or file, if the file names vectors of another model, or
     *     if the method needs a vector, strength, layers or threshold that are neither given nor stored with the vector
     */
    public Method create(String name) {
        if (name.startsWith(PLAN_PREFIX)) {
            return fromFile(name, FileNames.given(name.substring(PLAN_PREFIX.length())));
        }
        int mark = name.indexOf(VECTOR_MARK);
        return mark < 0
                ? MethodRegistry.get(name).bind(model, arguments)
                : withVector(name, name.substring(0, mark), name.substring(mark + 1));
    }

    private Method withVector(String name, String method, String file) {
        MethodDefinition definition = MethodRegistry.get(method);
        if (!definition.needsVector()) {
            throw new BadRequest(
                    "The method " + method + " steers with no vector: leave '" + VECTOR_MARK + file + "' out.");
        }
        SteeringVector vector = VectorFiles.open(
                        FileNames.given(file), model.manifest().layers(), ReadingOptions.NONE)
                .vector();
        ModelIdentities.requireFits(model, null, vector, check);
        return definition.bind(model, arguments.withVector(vector, file)).named(name);
    }

    /**
     * @param name what to call it
     * @param plan what it does
     * @param vectors the vectors that the plan names
     * @return the method
     * @throws dev.steering.core.SteeringException if a vector is not there or not of the model's size, or a layer is out of range
     */
    public Method create(String name, SteeringPlan plan, PlanVectors vectors) {
        Steering steering = Steering.plan(plan, vectors);
        return MethodRegistry.any(steering.method())
                .bind(model, steering.arguments())
                .named(name);
    }

    private Method fromFile(String name, Path file) {
        SteeringPlan plan = PlanFile.read(file);
        PlanVectors vectors = PlanVectors.load(plan, file);
        vectors.all().forEach(vector -> ModelIdentities.requireFits(model, null, vector, check));
        return create(name, plan, vectors);
    }
}
