package dev.steering.cli.commands;

import dev.steering.apply.MethodName;
import dev.steering.apply.MethodSettings;
import dev.steering.apply.ScansPreset;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.plan.Step;
import dev.steering.core.SteeringException;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How SCANS tells harmful prompts from others. */
final class ClassifierOptions {
    @Option(
            names = "--preset",
            paramLabel = "MODEL",
            converter = PresetConverter.class,
            description =
                    "SCANS's published layers, strength, threshold and repetition penalty for llama-2-7b, llama-2-13b,"
                            + " vicuna-7b or vicuna-13b; other options win over it.")
    private @Nullable ScansPreset preset;

    @Option(
            names = "--classifier-layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Layers whose cosines SCANS averages. Default: the vector file's.")
    private @Nullable LayerList layers;

    @Option(
            names = "--threshold",
            paramLabel = "T",
            description = "Score from which SCANS calls a prompt harmful. Default: the vector file's.")
    private @Nullable Double threshold;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description =
                    "mean (default): the mean of the layers' cosines decides; every: all have to reach the threshold.")
    private Gate.@Nullable Rule rule;

    List<SteeringOptions.Use> uses() {
        EnumSet<MethodName> scans = EnumSet.of(MethodName.SCANS);
        return List.of(
                new SteeringOptions.Use("--preset", preset != null, scans),
                new SteeringOptions.Use("--classifier-layers", layers != null, scans),
                new SteeringOptions.Use("--threshold", threshold != null, scans),
                new SteeringOptions.Use("--rule", rule != null, scans));
    }

    @Nullable
    ScansPreset preset() {
        return preset;
    }

    MethodSettings applied(MethodSettings settings) {
        return settings.withClassifier(
                layers != null ? layers.layers() : settings.overrides().classifierLayers(),
                threshold != null ? threshold : settings.overrides().threshold());
    }

    SteeringPlan applied(SteeringPlan plan) {
        Gate.Rule chosen = rule;
        return chosen == null
                ? plan
                : new SteeringPlan(plan.steps().stream()
                        .map(step -> withRule(step, chosen))
                        .toList());
    }

    private static Step withRule(Step step, Gate.Rule rule) {
        return step.gate() instanceof Gate.TransitionSign sign
                ? step.withGate(new Gate.TransitionSign(sign.layers(), sign.threshold(), rule))
                : step;
    }

    /** Presets by name. */
    static final class PresetConverter implements ITypeConverter<ScansPreset> {
        @Override
        public ScansPreset convert(String text) {
            try {
                return ScansPreset.of(text);
            } catch (SteeringException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
