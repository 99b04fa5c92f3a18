package dev.steering.cli.commands;

import dev.steering.apply.MethodRegistry;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.VectorReference;
import dev.steering.apply.scans.ScansDefinition;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Steering only the prompts that are similar to a condition vector. */
final class ConditionMixin {
    @Option(
            names = "--condition",
            paramLabel = "VECTOR",
            description = "Steer only prompts whose state is similar to this vector (conditional activation steering).")
    private @Nullable Path file;

    @Option(
            names = "--condition-layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Layers after which the state is looked at; the condition has to hold at one of them.")
    private @Nullable LayerList layers;

    @Option(
            names = "--condition-threshold",
            paramLabel = "T",
            description = "Similarity from which the condition holds.")
    private @Nullable Double threshold;

    @Option(names = "--condition-below", description = "The condition holds below the threshold instead.")
    private boolean below;

    @Option(
            names = "--condition-measure",
            paramLabel = "MEASURE",
            description = "cast (default: cosine with the squashed projection, as published), cosine, or projection.")
    private Gate.@Nullable Measure measure;

    @Option(
            names = "--condition-token",
            paramLabel = "TOKEN",
            description = "State that is looked at: mean over the prompt (default), or its last token.")
    private Gate.@Nullable Pooling pooling;

    /** The methods that steer and decide nothing of their own. */
    private static List<String> methods() {
        List<String> deciding = MethodRegistry.methodsWith(ScansDefinition.RULE);
        return Use.planned().stream().filter(name -> !deciding.contains(name)).toList();
    }

    List<Use> uses() {
        return List.of(
                new Use("--condition", file != null, methods()),
                new Use("--condition-layers", layers != null, methods()),
                new Use("--condition-threshold", threshold != null, methods()),
                new Use("--condition-below", below, methods()),
                new Use("--condition-measure", measure != null, methods()),
                new Use("--condition-token", pooling != null, methods()));
    }

    void validate() {
        boolean others = layers != null || threshold != null || below || measure != null || pooling != null;
        if (file == null && others) {
            throw new WrongUsage("The --condition-... options need a --condition vector.");
        }
        if (file != null && (layers == null || threshold == null)) {
            throw new WrongUsage(
                    "--condition needs --condition-layers and --condition-threshold: they belong to the vector.");
        }
    }

    /** The condition vector; null if there is no condition. */
    @Nullable
    SteeringVector vector(ChatModel model, CommandSpec spec) {
        return file == null ? null : GivenVector.read(file, model.manifest().layers(), spec);
    }

    /** Puts the condition before every step. */
    SteeringPlan applied(SteeringPlan plan, SteeringVector vector, Function<Path, String> named) {
        if (file == null || layers == null || threshold == null) {
            return plan;
        }
        Gate gate = new Gate.Condition(
                VectorReference.to(named.apply(file), vector),
                layers.layers(),
                measure == null ? Gate.Measure.CAST : measure,
                pooling == null ? Gate.Pooling.MEAN : pooling,
                below ? Gate.Side.BELOW : Gate.Side.ABOVE,
                threshold);
        return new SteeringPlan(
                plan.steps().stream().map(step -> step.withGate(gate)).toList());
    }
}
