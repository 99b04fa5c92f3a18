package dev.steering.cli.commands;

import dev.steering.apply.ConstantSteering;
import dev.steering.apply.ConstantSteering.Operation;
import dev.steering.apply.Responder;
import dev.steering.apply.Scans;
import dev.steering.apply.ScansSettings;
import dev.steering.core.SteeringException;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.generation.GenerationOptions;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which vector to apply and how; what is not given comes from the vector file. */
final class SteeringOptions {
    /** Ways to steer. */
    enum Method {
        SCANS,
        ADD,
        SUBTRACT,
        ABLATE,
        NONE
    }

    @Option(names = "--vector", paramLabel = "VECTOR", description = "Vector file, as 'steer extract' writes it.")
    private @Nullable Path vectorFile;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "scans (default with a vector), add (towards refusal), subtract, ablate (project the direction"
                    + " out), none (default without a vector).")
    private @Nullable Method method;

    @Option(names = "--alpha", paramLabel = "A", description = "Strength. Default: the vector file's.")
    private @Nullable Double alpha;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description = "What the strength multiplies: unit or raw directions. Default: the vector file's.")
    private @Nullable VectorScale scale;

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Layers to steer, such as 10-20 or 3,5 (0-based). Default: the vector file's.")
    private @Nullable LayerList layers;

    @Option(
            names = "--classifier-layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Layers whose cosines SCANS averages. Default: the vector file's.")
    private @Nullable LayerList classifierLayers;

    @Option(
            names = "--threshold",
            paramLabel = "T",
            description = "Score from which SCANS calls a prompt harmful. Default: the vector file's.")
    private @Nullable Double threshold;

    @Option(names = "--any-model", description = "Apply a vector that was extracted from another model.")
    private boolean anyModel;

    private double usedThreshold = Double.NaN;

    /** An option that would be ignored is an error. */
    void validate() {
        Method used = method();
        if (used != Method.NONE && vectorFile == null) {
            throw new SteeringException("--method " + methodName() + " needs a --vector.");
        }
        boolean scansOnly = threshold != null || classifierLayers != null;
        if (used != Method.SCANS && scansOnly) {
            throw new SteeringException("--threshold and --classifier-layers belong to --method scans, not "
                    + methodName() + ".");
        }
        if (used == Method.NONE && (vectorFile != null || alpha != null || layers != null || scale != null)) {
            throw new SteeringException("--method none steers nothing: leave --vector, --alpha, --scale and --layers out.");
        }
        if (used == Method.ABLATE && (alpha != null || scale != null)) {
            throw new SteeringException("--method ablate removes the whole component: leave --alpha and --scale out.");
        }
        if (alpha != null && !Double.isFinite(alpha)) {
            throw new SteeringException("--alpha must be a finite number, found " + alpha + ".");
        }
    }

    Method method() {
        return method != null ? method : vectorFile == null ? Method.NONE : Method.SCANS;
    }

    String methodName() {
        return method().name().toLowerCase(Locale.ROOT);
    }

    /** The threshold that SCANS decided with; NaN for other methods. */
    double threshold() {
        return usedThreshold;
    }

    Responder responder(ChatModel model, GenerationOptions options) {
        if (vectorFile == null) {
            return ConstantSteering.none(model, options);
        }
        SteeringVector vector = VectorFile.read(vectorFile);
        ModelOptions.requireFits(vector, model, anyModel);
        return switch (method()) {
            case SCANS -> scans(model, options, vector);
            case ADD -> constant(model, options, vector, Operation.ADD);
            case SUBTRACT -> constant(model, options, vector, Operation.SUBTRACT);
            case ABLATE -> constant(model, options, vector, Operation.ABLATE);
            case NONE -> ConstantSteering.none(model, options);
        };
    }

    private Responder scans(ChatModel model, GenerationOptions options, SteeringVector vector) {
        ScansSettings settings = ScansSettings.of(vector);
        settings = settings.withStrength(
                alpha != null ? alpha : settings.alpha(), scale != null ? scale : settings.scale());
        settings = layers != null ? settings.withSteeringLayers(layers.layers()) : settings;
        settings = classifierLayers != null ? settings.withClassifierLayers(classifierLayers.layers()) : settings;
        settings = threshold != null ? settings.withThreshold(threshold) : settings;
        usedThreshold = settings.threshold();
        return new Scans(model, options, vector, settings);
    }

    private Responder constant(
            ChatModel model, GenerationOptions options, SteeringVector vector, Operation operation) {
        Anchoring anchoring = vector.anchoring();
        List<Integer> used = layers != null ? layers.layers() : anchoring != null ? anchoring.steeringLayers() : List.of();
        Double strength = alpha != null ? alpha : anchoring != null ? (Double) anchoring.alpha() : null;
        if (strength == null && operation != Operation.ABLATE) {
            throw new SteeringException("The vector stores no strength yet: give --alpha, or run 'steer layers' first.");
        }
        VectorScale multiplied = scale != null ? scale : anchoring != null ? anchoring.scale() : VectorScale.UNIT;
        return ConstantSteering.of(
                model, options, operation, vector, multiplied, strength == null ? 1 : strength, used);
    }
}
