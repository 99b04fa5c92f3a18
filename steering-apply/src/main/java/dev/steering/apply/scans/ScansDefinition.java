package dev.steering.apply.scans;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.LayerChoice;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@link Scans}: what can be said about it, and what the vector says otherwise. */
public final class ScansDefinition extends SteeringDefinition {
    /** Layers whose cosines are averaged. */
    public static final MethodOption<LayerChoice> CLASSIFIER_LAYERS = MethodOption.of(
                    "classifier-layers",
                    LayerChoice.class,
                    "layers whose cosines are averaged, 0-based; default: the vector's")
            .readBy(LayerChoice::parse);

    /** Score from which a prompt is called harmful. */
    public static final MethodOption<Double> THRESHOLD = MethodOption.number(
            "threshold", "score from which a prompt is called harmful, -1 to 1; default: the vector's");

    /** How several classifier layers decide together. */
    public static final MethodOption<Gate.Rule> RULE = MethodOption.of(
                    "rule",
                    Gate.Rule.class,
                    "mean or every: how several classifier layers decide together; default: mean")
            .readBy(text -> Gate.Rule.valueOf(text.toUpperCase(Locale.ROOT)));

    @Override
    public String name() {
        return "scans";
    }

    @Override
    public String words() {
        return "the sign of the steering chosen for every prompt";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(
                MethodArguments.VECTOR,
                MethodArguments.ALPHA,
                MethodArguments.SCALE,
                MethodArguments.LAYERS,
                CLASSIFIER_LAYERS,
                THRESHOLD,
                RULE);
    }

    @Override
    public SteeringPlan plan(MethodArguments arguments) {
        NamedVector named = arguments.requireVector(name());
        return Scans.plan(VectorReference.to(named.file(), named.vector()), settings(arguments, named.vector()));
    }

    private static ScansSettings settings(MethodArguments arguments, SteeringVector vector) {
        Double alpha = arguments.get(MethodArguments.ALPHA);
        List<Integer> layers = arguments.layers();
        LayerChoice classifier = arguments.get(CLASSIFIER_LAYERS);
        Double threshold = arguments.get(THRESHOLD);
        VectorScale scale = scale(arguments, vector);
        Gate.Rule rule = arguments.get(RULE, Gate.Rule.MEAN);
        boolean complete = alpha != null && layers != null && classifier != null && threshold != null;
        ScansSettings stored = complete ? null : ScansSettings.of(vector);
        return new ScansSettings(
                or(layers, stored == null ? null : stored.steeringLayers()),
                or(classifier == null ? null : classifier.layers(), stored == null ? null : stored.classifierLayers()),
                or(alpha, stored == null ? null : stored.alpha()),
                scale,
                or(threshold, stored == null ? null : stored.threshold()),
                rule);
    }

    private static <T> T or(@Nullable T said, @Nullable T stored) {
        if (said != null) {
            return said;
        }
        if (stored == null) {
            throw new IllegalStateException("neither said nor stored");
        }
        return stored;
    }
}
