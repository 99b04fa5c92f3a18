package dev.steering.apply;

import dev.steering.apply.ConstantSteering.Operation;
import dev.steering.core.SteeringException;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes methods by name, so that they can be compared on equal terms: the same model, the same way of writing, and one vector
 * with one strength at the same layers. Immutable and thread-safe.
 */
public final class Methods {
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
     * @param name a {@link MethodName} as users write it
     * @return the method
     * @throws SteeringException if there is no such method, or if it needs a vector, strength, layers or threshold that are
     *     neither given nor stored with the vector
     */
    public Method create(String name) {
        return create(MethodName.of(name));
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
            case SCANS -> scans(vector(name));
            case ADD -> constant(name, Operation.ADD, vector(name));
            case SUBTRACT -> constant(name, Operation.SUBTRACT, vector(name));
            case ABLATE -> constant(name, Operation.ABLATE, vector(name));
            case RANDOM -> constant(name, Operation.SUBTRACT, RandomDirections.like(vector(name), settings.seed()));
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

    private Method scans(SteeringVector vector) {
        ScansSettings used = scansSettings(vector);
        String words = String.format(
                Locale.ROOT,
                "SCANS: %s times the %s vector added at layers %s from the last prompt token on if the score at layers %s"
                        + " is at least %s, otherwise subtracted",
                used.alpha(),
                scaleName(used.scale()),
                used.steeringLayers(),
                used.classifierLayers(),
                used.threshold());
        Description json = Description.of(MethodName.SCANS)
                .put("alpha", used.alpha())
                .put("scale", scaleName(used.scale()))
                .put("layers", used.steeringLayers())
                .put("classifier_layers", used.classifierLayers())
                .put("threshold", used.threshold());
        return method(MethodName.SCANS, words, json, new Scans(model, options, vector, used));
    }

    /** The settings that {@link MethodName#SCANS} uses: those given, the others from the vector. */
    private ScansSettings scansSettings(SteeringVector vector) {
        ScansSettings used = ScansSettings.of(vector);
        Double alpha = settings.alpha();
        VectorScale scale = settings.scale();
        used = used.withStrength(alpha != null ? alpha : used.alpha(), scale != null ? scale : used.scale());
        List<Integer> layers = settings.layers();
        used = layers != null ? used.withSteeringLayers(layers) : used;
        List<Integer> classifier = settings.classifierLayers();
        used = classifier != null ? used.withClassifierLayers(classifier) : used;
        Double threshold = settings.threshold();
        return threshold != null ? used.withThreshold(threshold) : used;
    }

    private Method constant(MethodName name, Operation operation, SteeringVector vector) {
        Anchoring anchoring = vector.anchoring();
        List<Integer> layers = settings.layers();
        if (layers == null) {
            layers = anchoring != null ? anchoring.steeringLayers() : List.of();
        }
        Double alpha = operation == Operation.ABLATE ? (Double) 1.0 : strength(anchoring);
        VectorScale scale = operation == Operation.ABLATE ? VectorScale.UNIT : scale(anchoring);
        Description json = Description.of(name).put("layers", layers);
        String words;
        if (operation == Operation.ABLATE) {
            words = "the component along the vector projected out at layers " + layers;
        } else {
            json.put("alpha", alpha).put("scale", scaleName(scale));
            String what = name == MethodName.RANDOM ? "random directions of the vector's norm" : "vector";
            words = alpha + " times the " + scaleName(scale) + " " + what
                    + (operation == Operation.ADD ? " added" : " subtracted") + " at layers " + layers;
        }
        if (name == MethodName.RANDOM) {
            json.put("seed", settings.seed());
        }
        return method(
                name,
                words + " from the last prompt token on",
                json,
                ConstantSteering.of(model, options, operation, vector, scale, alpha, layers));
    }

    private double strength(@Nullable Anchoring anchoring) {
        Double alpha = settings.alpha();
        if (alpha == null && anchoring == null) {
            throw new SteeringException(
                    "The vector stores no strength yet: give --alpha, or run 'steer layers' first.");
        }
        return alpha != null ? alpha : anchoring != null ? anchoring.alpha() : Double.NaN;
    }

    private VectorScale scale(@Nullable Anchoring anchoring) {
        VectorScale scale = settings.scale();
        return scale != null ? scale : anchoring != null ? anchoring.scale() : VectorScale.UNIT;
    }

    private SteeringVector vector(MethodName name) {
        SteeringVector vector = settings.vector();
        if (vector == null) {
            throw new SteeringException("The method " + name + " needs a steering vector: give one with --vector.");
        }
        return vector;
    }

    private static String scaleName(VectorScale scale) {
        return scale.name().toLowerCase(Locale.ROOT);
    }
}
