package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.apply.scans.ScansPreset;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.certify.CertifiedMethod;
import dev.steering.eval.certify.CertifiedPlan;
import dev.steering.eval.certify.CertifiedUse;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is done with one vector that is named elsewhere on the command line. What is not given comes from the vector file. */
final class PlanMixin {
    @Option(
            names = "--method",
            paramLabel = "METHOD",
            completionCandidates = Names.class,
            description = "${COMPLETION-CANDIDATES}. Default: scans.")
    private @Nullable String said;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "Strength. Default: the vector file's.")
    private @Nullable Double alpha;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description = "What the strength multiplies: unit or raw directions. Default: the vector file's.")
    private @Nullable VectorScale scale;

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            converter = LayerList.AutoConverter.class,
            description = "Layers to steer, such as 10-20 or 3,5 (0-based), or auto. Default: the vector file's.")
    private @Nullable LayerList layers;

    @Mixin
    private ClassifierMixin classifier = new ClassifierMixin();

    @Mixin
    private StepMixin steps = new StepMixin();

    @Mixin
    private SettingMixin settings = new SettingMixin();

    /** @return its name, or the default */
    String method() {
        return said == null ? "scans" : said;
    }

    /** An option that would be ignored is an error. */
    void validate() {
        definition();
        String method = method();
        for (Use use : uses()) {
            if (use.given() && !use.methods().contains(method)) {
                throw new WrongUsage(use.option() + " has no effect with --method " + method + ": it belongs to "
                        + String.join(", ", use.methods()) + ".");
            }
        }
    }

    private List<Use> uses() {
        List<Use> uses = new ArrayList<>(List.of(
                Use.strength("--alpha", alpha != null),
                Use.of("--scale", scale != null, MethodArguments.SCALE),
                Use.of("--layers", layers != null, MethodArguments.LAYERS)));
        uses.addAll(classifier.uses());
        uses.addAll(steps.uses());
        settings.requireOnce(uses);
        uses.addAll(settings.uses());
        return uses;
    }

    /** Where the vector is only looked at unless a method is named. */
    void validateIfSaid() {
        if (said != null) {
            validate();
        } else {
            uses().stream().filter(Use::given).findFirst().ifPresent(use -> {
                throw new WrongUsage(use.option() + " has no effect without --method: name a method, or leave it out.");
            });
        }
    }

    /** Where there is no vector, nothing can be said of what is done with it. */
    void requireVector() {
        List<String> given = new ArrayList<>(said == null ? List.of() : List.of("--method"));
        uses().stream().filter(Use::given).map(Use::option).forEach(given::add);
        if (!given.isEmpty()) {
            throw new WrongUsage(String.join(", ", given) + " needs --vector: name the vector to steer with.");
        }
    }

    /** @return whether a method was named; otherwise there is a default */
    boolean isSaid() {
        return said != null;
    }

    /** @param instead the option that says what is done in place of a method */
    void requireNothing(String instead) {
        List<String> given = new ArrayList<>(said == null ? List.of() : List.of("--method"));
        uses().stream().filter(Use::given).map(Use::option).forEach(given::add);
        if (!given.isEmpty()) {
            throw new WrongUsage(instead + " says what is done: leave " + String.join(", ", given) + " out.");
        }
    }

    private MethodDefinition definition() {
        return definition("--method", method());
    }

    /**
     * @param option what names the method
     * @param method its name
     * @return the method, which steers along one vector
     */
    static MethodDefinition definition(String option, String method) {
        MethodDefinition found = WrongUsage.in(() -> MethodRegistry.get(method));
        if (found.needsVector() && !found.name().equals("random")) {
            return found;
        }
        throw new WrongUsage(option + " " + method + " does not steer along the vector alone: choose one of "
                + String.join(", ", new Names()) + ".");
    }

    /**
     * @param model the model that the vector is used with
     * @param vector the vector
     * @param file its file
     * @return what is done with it
     */
    CertifiedUse use(ChatModel model, SteeringVector vector, Path file) {
        return WrongUsage.in(() -> {
            MethodArguments arguments = steps.applied(MethodArguments.NONE);
            ScansPreset preset = classifier.preset();
            if (preset != null) {
                try {
                    arguments = preset.applied(arguments, model.manifest().layers());
                } catch (BadRequest e) {
                    throw WrongUsage.of(e);
                }
            }
            MethodDefinition definition = definition();
            MethodOption<Double> strength = definition.strength();
            if (alpha != null && strength != null) {
                arguments = arguments.with(strength, alpha);
            }
            if (scale != null) {
                arguments = arguments.with(MethodArguments.SCALE, scale);
            }
            arguments = settings.applied(classifier.applied(arguments));
            if (layers != null) {
                arguments = arguments.withLayers(
                        layers.isAuto()
                                ? LayerAnchoring.projectedLayers(model, vector).layers()
                                : layers.layers());
            }
            arguments = arguments.withVector(vector, file.toString());
            return definition instanceof SteeringDefinition planned
                    ? new CertifiedPlan(method(), steps.applied(planned.plan(arguments)), vector)
                    : CertifiedMethod.of(model, definition, arguments);
        });
    }

    /** Methods that steer along a vector. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Use.planned().stream().filter(name -> !name.equals("random")).iterator();
        }
    }
}
