package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.certify.CertifiedMethod;
import dev.steering.eval.certify.CertifiedPlan;
import dev.steering.eval.certify.CertifiedUse;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A second setting that a first one is compared with. What is not given is as in the first: its method, its vector's file. */
final class AgainstMixin {
    @Option(
            names = "--against-method",
            paramLabel = "METHOD",
            completionCandidates = PlanMixin.Names.class,
            description = "Compare with this method. Default: that of --method.")
    private @Nullable String method;

    @Option(
            names = "--against-vector",
            paramLabel = "VECTOR",
            description = "Compare with this vector file. Default: that of --vector, on whose directions all states are projected.")
    private @Nullable Path vector;

    @Option(
            names = "--against-alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "Strength of the setting to compare with. Default: its vector file's.")
    private @Nullable Double alpha;

    @Option(
            names = "--against-layers",
            paramLabel = "LAYERS",
            converter = LayerList.AutoConverter.class,
            description = "Layers that the setting to compare with steers, or auto. Default: its vector file's.")
    private @Nullable LayerList layers;

    /** @return whether there is a setting to compare with */
    boolean isGiven() {
        return !given().isEmpty();
    }

    private List<String> given() {
        List<String> given = new ArrayList<>();
        if (method != null) {
            given.add("--against-method");
        }
        if (vector != null) {
            given.add("--against-vector");
        }
        if (alpha != null) {
            given.add("--against-alpha");
        }
        if (layers != null) {
            given.add("--against-layers");
        }
        return given;
    }

    /** @param first whether a first setting is named */
    void validate(boolean first) {
        if (isGiven() && !first) {
            throw new WrongUsage(String.join(", ", given())
                    + " has no effect without --method: name the setting that is compared with it first.");
        }
        if (method != null) {
            MethodDefinition checked = PlanMixin.definition("--against-method", method);
            if (alpha != null && checked.strength() == null) {
                throw new WrongUsage("--against-alpha has no effect with --against-method " + method + ": leave it out.");
            }
        }
    }

    /** @return the vector's file, or that of the first setting */
    Path vectorOr(Path first) {
        return vector == null ? first : vector;
    }

    /**
     * @param model the model
     * @param first the first setting's method
     * @param steering the vector
     * @param file its file
     * @return what is done with it
     */
    CertifiedUse use(ChatModel model, String first, SteeringVector steering, Path file) {
        String name = method == null ? first : method;
        if (layers == null
                && steering.anchoring() == null
                && MethodRegistry.methodsWith(MethodArguments.LAYERS).contains(name)) {
            throw new WrongUsage("the setting to compare with steers no layers: " + file
                    + " names none. Give --against-layers, or run 'steer layers " + file + " --model BUNDLE' first.");
        }
        return WrongUsage.in(() -> {
            MethodDefinition definition = PlanMixin.definition("--against-method", name);
            MethodArguments arguments = MethodArguments.NONE;
            MethodOption<Double> strength = definition.strength();
            if (alpha != null && strength != null) {
                arguments = arguments.with(strength, alpha);
            }
            if (layers != null) {
                arguments = arguments.withLayers(
                        layers.isAuto()
                                ? LayerAnchoring.projectedLayers(model, steering).layers()
                                : layers.layers());
            }
            arguments = arguments.withVector(steering, file.toString());
            return definition instanceof SteeringDefinition planned
                    ? new CertifiedPlan(name, planned.plan(arguments), steering)
                    : CertifiedMethod.of(model, definition, arguments);
        });
    }
}
