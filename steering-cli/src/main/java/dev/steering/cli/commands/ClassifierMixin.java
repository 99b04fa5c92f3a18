package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.LayerChoice;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.scans.ScansDefinition;
import dev.steering.apply.scans.ScansPreset;
import dev.steering.core.SteeringException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How SCANS tells harmful prompts from others. */
final class ClassifierMixin {
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

    List<Use> uses() {
        return List.of(
                Use.of("--preset", preset != null, ScansDefinition.RULE),
                Use.of("--classifier-layers", layers != null, ScansDefinition.CLASSIFIER_LAYERS),
                Use.of("--threshold", threshold != null, ScansDefinition.THRESHOLD),
                Use.of("--rule", rule != null, ScansDefinition.RULE));
    }

    @Nullable
    ScansPreset preset() {
        return preset;
    }

    MethodArguments applied(MethodArguments arguments) {
        LayerChoice chosen =
                layers != null ? new LayerChoice(layers.layers()) : arguments.get(ScansDefinition.CLASSIFIER_LAYERS);
        return arguments
                .with(ScansDefinition.CLASSIFIER_LAYERS, chosen)
                .with(
                        ScansDefinition.THRESHOLD,
                        threshold != null ? threshold : arguments.get(ScansDefinition.THRESHOLD))
                .with(ScansDefinition.RULE, rule);
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
