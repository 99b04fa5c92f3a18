package dev.steering.server.steer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.named.NamedSteering;
import dev.steering.apply.plan.Layers;
import dev.steering.apply.plan.Span;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import dev.steering.server.http.HttpError;
import dev.steering.server.openai.RequestFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a request wants the model to be steered. Immutable.
 *
 * @param named by names; nothing is said there where there is a plan
 * @param scope positions that are steered; null for the method's own
 * @param plan a steering plan as JSON; null for none
 */
public record SteeringChoice(NamedSteering named, @Nullable Span scope, @Nullable String plan) {
    /** Nothing is said. */
    public static final SteeringChoice NONE = new SteeringChoice(NamedSteering.NONE, null, null);

    private static final String FIELD = "steering";
    private static final String EASY_STEER = "steer_vector_request";
    private static final String ADD = "add";
    private static final String RAW = "raw";
    private static final double MOST = 1e38;
    private static final int MOST_LAYERS = 1024;

    /**
     * @param method name of a method; null for what the vector is for
     * @param vector name of a vector; null for none
     * @return a choice of those
     */
    public static SteeringChoice of(@Nullable String method, @Nullable String vector) {
        return new SteeringChoice(named(method, vector), null, null);
    }

    private static NamedSteering named(@Nullable String method, @Nullable String vector) {
        return new NamedSteering(method, vector, null, null, null, Map.of(), false);
    }

    /** @return whether nothing is said */
    public boolean isNone() {
        return equals(NONE);
    }

    /**
     * @param fields a request's fields, of which {@code steering} is read, or {@code steer_vector_request}, as EasySteer calls it
     * @param alias what the model's name says
     * @return the choice: the field's where it is there, else the alias's
     * @throws HttpError with status 400 if it is not understood, or both are there
     */
    public static SteeringChoice read(RequestFields fields, SteeringChoice alias) {
        JsonNode own = fields.get(FIELD);
        JsonNode other = fields.get(EASY_STEER);
        if (own == null && other == null) {
            return alias;
        }
        if (!alias.isNone() || (own != null && other != null)) {
            throw new HttpError(
                    400,
                    "steering_twice",
                    FIELD,
                    "Steering is said twice: say it in the model's name, in 'steering' or in 'steer_vector_request'.");
        }
        return own != null ? read(own, FIELD) : read(other == null ? own : other, EASY_STEER);
    }

    private static SteeringChoice read(@Nullable JsonNode node, String place) {
        if (node == null) {
            return NONE;
        }
        RequestFields fields = RequestFields.of(node, place);
        fields.refuse("steer_vector_local_path", Set.of(), "a request names vectors, not files: upload it first.");
        fields.refuse("normalize", Set.of("false"), "this server does not keep norms in that way; use a plan.");
        JsonNode scale = fields.get("scale");
        // EasySteer multiplies the vector as it is, and knows no gate.
        boolean easy = place.equals(EASY_STEER);
        boolean byNumber = scale != null && scale.isNumber();
        Double strength = first(
                fields.number("strength", -MOST, MOST),
                fields.number("alpha", -MOST, MOST),
                byNumber ? fields.number("scale", -MOST, MOST) : null);
        JsonNode plan = fields.get("plan");
        String multiplied = byNumber ? easy ? RAW : null : fields.text("scale");
        NamedSteering named = new NamedSteering(
                first(fields.text("method"), algorithm(fields), easy ? ADD : null),
                first(fields.text("vector"), fields.text("steer_vector_name")),
                strength,
                first(layers(fields, "layers"), layers(fields, "target_layers")),
                multiplied == null ? null : word("scale", multiplied, VectorScale.values()),
                options(fields, place),
                fields.flag("any_model", false));
        String scope = first(fields.text("scope"), triggers(fields));
        SteeringChoice choice = new SteeringChoice(
                named,
                scope == null ? null : word("scope", scope, Span.values()),
                plan == null ? null : plan.toString());
        // EasySteer's vectors have numbers beside their names.
        List.of("steer_vector_id", "steer_vector_int_id").forEach(fields::has);
        fields.requireNoMore();
        if (plan != null && !choice.isPlanAlone()) {
            throw fields.wrong("plan", "says everything: leave out what else is there beside any_model");
        }
        return choice;
    }

    private boolean isPlanAlone() {
        boolean silent = named.isNone() || named.equals(NamedSteering.NONE.forAnyModel());
        return silent && scope == null;
    }

    private static <T extends Enum<T>> T word(String field, String text, T[] values) {
        for (T value : values) {
            if (value.name().equalsIgnoreCase(text.replace('-', '_'))) {
                return value;
            }
        }
        throw HttpError.badField(
                "steering." + field, "'steering." + field + "' must be one of " + Arrays.toString(values) + ".");
    }

    /** EasySteer's name for adding a vector. */
    private static @Nullable String algorithm(RequestFields fields) {
        String algorithm = fields.text("algorithm");
        if (algorithm != null && !algorithm.equals("direct")) {
            throw fields.wrong("algorithm", "must be direct, or be left out for this server's 'method'");
        }
        return algorithm == null ? null : ADD;
    }

    /** EasySteer's positions: -1 stands for every token, and what is left out for none. */
    private static @Nullable String triggers(RequestFields fields) {
        boolean prompt = trigger(fields, "prefill_trigger_tokens");
        boolean generated = trigger(fields, "generate_trigger_tokens");
        Span span = prompt ? generated ? Span.ALL : Span.PROMPT : generated ? Span.GENERATED : null;
        return span == null ? null : span.toString();
    }

    private static boolean trigger(RequestFields fields, String key) {
        JsonNode value = fields.get(key);
        if (value == null) {
            return false;
        }
        if (!value.isArray() || value.size() != 1 || value.get(0).asInt(0) != -1) {
            throw fields.wrong(key, "must be [-1], which stands for every token, or be left out");
        }
        return true;
    }

    @SafeVarargs
    private static <T> @Nullable T first(@Nullable T... values) {
        for (T value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable List<Integer> layers(RequestFields fields, String key) {
        JsonNode value = fields.get(key);
        if (value == null) {
            return null;
        }
        if (value.isTextual()) {
            try {
                return Layers.parse(value.textValue());
            } catch (SteeringException e) {
                throw fields.wrong(key, "must be layers such as 3 or 10-20 or [3, 5], counted from 0");
            }
        }
        List<Integer> layers = new ArrayList<>();
        for (JsonNode layer : value.isArray() ? value : List.of(value)) {
            if (!layer.canConvertToInt()
                    || !layer.isIntegralNumber()
                    || layer.intValue() < 0
                    || layers.size() >= MOST_LAYERS) {
                throw fields.wrong(key, "must be layers such as \"10-20\" or [3, 5], counted from 0");
            }
            layers.add(layer.intValue());
        }
        return layers;
    }

    private static Map<String, String> options(RequestFields fields, String place) {
        JsonNode value = fields.get("options");
        if (value == null) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw fields.wrong("options", "must be an object of the method's options");
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> option : value.properties()) {
            if (!option.getValue().isValueNode() || option.getValue().isNull()) {
                throw HttpError.badField(place + ".options", "'" + place + ".options' must hold texts and numbers.");
            }
            options.put(option.getKey(), option.getValue().asText());
        }
        return options;
    }
}
