package dev.steering.apply;

import dev.steering.apply.ConstantSteering.Operation;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.decode.GenerationOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes methods by name, so that they can be compared on equal terms: the same model, the same way of writing, and one vector
 * with one strength at the same layers, unless a method names another. Immutable and thread-safe.
 */
public final class Methods {
    /** What a method's name begins with that is a plan in a file. */
    public static final String PLAN_PREFIX = "plan:";

    /** Stands between the name of a method that steers and the file of a vector of its own. */
    public static final String VECTOR_MARK = "@";

    private final ChatModel model;
    private final GenerationOptions options;
    private final MethodSettings settings;

    private Methods(ChatModel model, GenerationOptions options, MethodSettings settings) {
        this.model = model;
        this.options = options;
        this.settings = settings;
    }

    /**
     * @param model the model; whether the vector belongs to it is the caller's to check
     * @param options how to write
     * @param settings vector, strength, layers and so on
     * @return makes methods of them
     */
    public static Methods with(ChatModel model, GenerationOptions options, MethodSettings settings) {
        return new Methods(model, options, settings);
    }

    /**
     * @param name a {@link MethodName} as users write it; one that steers, {@value #VECTOR_MARK} and the path of a vector's file,
     *     which takes the place of the settings' vector; or {@value #PLAN_PREFIX} and the path of a plan's file
     * @return the method
     * @throws SteeringException if there is no such method or file, if the file names vectors of another model, or if the method
     *     needs a vector, strength, layers or threshold that are neither given nor stored with the vector
     */
    public Method create(String name) {
        if (name.startsWith(PLAN_PREFIX)) {
            return fromFile(name, Path.of(name.substring(PLAN_PREFIX.length())));
        }
        int mark = name.indexOf(VECTOR_MARK);
        return mark < 0
                ? create(MethodName.of(name))
                : withVector(name, name.substring(0, mark), name.substring(mark + 1));
    }

    private Method withVector(String name, String method, String file) {
        if (!MethodName.of(method).needsVector()) {
            throw new SteeringException(
                    "The method " + method + " steers with no vector: leave '" + VECTOR_MARK + file + "' out.");
        }
        SteeringVector vector = VectorFile.read(Path.of(file));
        ModelIdentities.requireFits(model, null, vector, settings.check());
        Method made = new Methods(model, options, settings.withVector(vector, file)).create(MethodName.of(method));
        return new Method(name, made.words(), made.json(), made.responder());
    }

    /**
     * @param name which one
     * @return the method
     * @throws SteeringException if it needs a vector, strength, layers or threshold that are neither given nor stored with the
     *     vector
     */
    public Method create(MethodName name) {
        return switch (name) {
            case DEFAULT ->
                method(name, "the model as it is", Description.of(name), ConstantSteering.none(model, options));
            case PROMPT -> prompted(settings.prompt().placedFor(model));
            case SELF_CD -> selfCd(settings.selfCd());
            case ACD, ACD_UNTUNED, ID_NULL, ID_OPPOSITE -> new AcdMethods(model, options, settings.acd()).create(name);
            case SCANS, ADD, SUBTRACT, ABLATE, RANDOM ->
                create(name.toString(), plan(name), PlanVectors.of(vector(name)));
        };
    }

    private static Method method(MethodName name, String words, Description json, Responder responder) {
        return new Method(name.toString(), words, json.toJson(), responder);
    }

    private Method prompted(AddedPrompt prompt) {
        return method(
                MethodName.PROMPT,
                "not steered, with the text \"" + prompt.text() + "\" " + place(prompt),
                Description.of(MethodName.PROMPT).put("prompt", prompt),
                new SystemPrompted(model, options, prompt));
    }

    private Method selfCd(SelfCdSettings chosen) {
        SelfCdSettings placed = chosen.withSafety(chosen.safety().placedFor(model));
        Double beta = placed.plausibility();
        Integer steps = placed.firstSteps();
        String words = "Self-CD: logits (1 - a) z_safe + a z_plain with a = " + placed.alpha()
                + "; z_safe has the text \""
                + placed.safety().text() + "\" " + place(placed.safety())
                + (beta == null ? "" : "; tokens at least " + beta + " times as probable as the best without it")
                + (steps == null ? "" : "; for the first " + steps + " tokens only");
        Description json = Description.of(MethodName.SELF_CD)
                .put("alpha", placed.alpha())
                .put("safety_prompt", placed.safety())
                .put("plausibility", beta)
                .put("first_steps", steps);
        return method(MethodName.SELF_CD, words, json, new SelfCd(model, options, placed));
    }

    private static String place(AddedPrompt prompt) {
        return prompt.placement() == AddedPrompt.Placement.USER ? "in front of the user's text" : "as system prompt";
    }

    /**
     * @param name a method that steers
     * @return the plan that it follows
     * @throws SteeringException if it needs a vector, strength or layers that are neither given nor stored with the vector
     * @throws IllegalArgumentException if it is a method without a vector
     */
    public SteeringPlan plan(MethodName name) {
        SteeringVector vector = vector(name);
        VectorReference reference = VectorReference.to(settings.vectorFile(), vector);
        return switch (name) {
            case SCANS -> Scans.plan(reference, scansSettings(vector));
            case ADD -> constant(reference, Operation.ADD, vector.anchoring());
            case SUBTRACT -> constant(reference, Operation.SUBTRACT, vector.anchoring());
            case ABLATE -> constant(reference, Operation.ABLATE, vector.anchoring());
            case RANDOM -> constant(reference.randomized(settings.seed()), Operation.SUBTRACT, vector.anchoring());
            case DEFAULT, PROMPT, SELF_CD, ACD, ACD_UNTUNED, ID_NULL, ID_OPPOSITE ->
                throw new IllegalArgumentException(name + " follows no plan");
        };
    }

    /**
     * @param name what to call it
     * @param plan what it does
     * @param vectors the vectors that the plan names
     * @return the method
     * @throws SteeringException if a vector is not there or not of the model's size, or a layer is out of range
     */
    public Method create(String name, SteeringPlan plan, PlanVectors vectors) {
        return new Method(name, plan.words(), PlanFile.toJson(plan), new PlanSteering(model, options, plan, vectors));
    }

    private Method fromFile(String name, Path file) {
        SteeringPlan plan = PlanFile.read(file);
        PlanVectors vectors = PlanVectors.load(plan, file);
        vectors.all().forEach(vector -> ModelIdentities.requireFits(model, null, vector, settings.check()));
        return create(name, plan, vectors);
    }

    /** The settings that {@link MethodName#SCANS} uses: those given, the others from the vector. */
    private ScansSettings scansSettings(SteeringVector vector) {
        Double alpha = settings.overrides().alpha();
        List<Integer> layers = settings.overrides().layers();
        List<Integer> classifier = settings.overrides().classifierLayers();
        Double threshold = settings.overrides().threshold();
        VectorScale scale = scale(vector.anchoring());
        if (alpha != null && layers != null && classifier != null && threshold != null) {
            return new ScansSettings(layers, classifier, alpha, scale, threshold);
        }
        ScansSettings stored = ScansSettings.of(vector);
        return new ScansSettings(
                layers != null ? layers : stored.steeringLayers(),
                classifier != null ? classifier : stored.classifierLayers(),
                alpha != null ? alpha : stored.alpha(),
                scale,
                threshold != null ? threshold : stored.threshold());
    }

    private SteeringPlan constant(VectorReference vector, Operation operation, @Nullable Anchoring anchoring) {
        List<Integer> layers = settings.overrides().layers();
        if (layers == null) {
            layers = anchoring != null ? anchoring.steeringLayers() : List.of();
        }
        double alpha = operation == Operation.ABLATE ? 1 : strength(anchoring);
        return ConstantSteering.plan(vector, operation, scale(anchoring), alpha, layers);
    }

    private double strength(@Nullable Anchoring anchoring) {
        Double alpha = settings.overrides().alpha();
        if (alpha == null && anchoring == null) {
            throw new SteeringException(
                    "The vector stores no strength yet: give --alpha, or run 'steer layers' first.");
        }
        return alpha != null ? alpha : anchoring != null ? anchoring.alpha() : Double.NaN;
    }

    private VectorScale scale(@Nullable Anchoring anchoring) {
        VectorScale scale = settings.overrides().scale();
        return scale != null ? scale : anchoring != null ? anchoring.scale() : VectorScale.UNIT;
    }

    private SteeringVector vector(MethodName name) {
        SteeringVector vector = settings.vector();
        if (vector == null) {
            throw new SteeringException("The method " + name + " needs a steering vector: give one with --vector.");
        }
        return vector;
    }
}
