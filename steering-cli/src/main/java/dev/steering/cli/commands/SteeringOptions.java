package dev.steering.cli.commands;

import dev.steering.apply.Method;
import dev.steering.apply.MethodName;
import dev.steering.apply.MethodSettings;
import dev.steering.apply.Methods;
import dev.steering.apply.ScansPreset;
import dev.steering.apply.ScansSettings;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** How to answer: a method with its settings, or a plan from a file. What is not given comes from the vector file. */
final class SteeringOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Methods that follow a plan. */
    static final EnumSet<MethodName> STEERING =
            EnumSet.of(MethodName.SCANS, MethodName.ADD, MethodName.SUBTRACT, MethodName.ABLATE, MethodName.RANDOM);

    @Option(names = "--vector", paramLabel = "VECTOR", description = "Vector file, as 'steer extract' writes it.")
    private @Nullable Path vectorFile;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            converter = NameConverter.class,
            description =
                    "scans (default with a vector), add (towards refusal), subtract, ablate (project the direction"
                            + " out), random (a random direction of the same norm subtracted), self-cd, acd, acd-untuned,"
                            + " id-null, id-opposite, prompt (a text that asks for helpfulness), default or none (not"
                            + " steered; default without a vector).")
    private @Nullable MethodName method;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "Strength. Default: the vector file's; 2.5 for self-cd.")
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
            description =
                    "Layers to steer, such as 10-20 or 3,5 (0-based), or auto: the segment whose direction reads most"
                            + " like refusal. Default: the vector file's.")
    private @Nullable LayerList layers;

    @Mixin
    private ClassifierOptions classifier = new ClassifierOptions();

    @Mixin
    private StepOptions steps = new StepOptions();

    @Mixin
    private ConditionOptions condition = new ConditionOptions();

    @Mixin
    private ContrastOptions contrast = new ContrastOptions();

    @Mixin
    private AcdOptions acd = new AcdOptions();

    @Option(
            names = "--plan",
            paramLabel = "FILE.json",
            description = "Steer as this plan says, instead of --method and what belongs to it.")
    private @Nullable Path planFile;

    @Option(names = "--save-plan", paramLabel = "FILE.json", description = "Write down as a plan what is done.")
    private @Nullable Path savedPlan;

    @Option(names = "--any-model", description = "Apply a vector or soft prompts of another model.")
    private boolean anyModel;

    private @Nullable SteeringPlan plan;

    /** An option that only some methods look at. */
    record Use(String option, boolean given, EnumSet<MethodName> methods) {}

    /** An option that would be ignored is an error. */
    void validate() {
        MethodName used = method();
        List<Use> uses = Stream.of(
                        own(), classifier.uses(), steps.uses(), condition.uses(), contrast.uses(), acd.uses())
                .flatMap(List::stream)
                .toList();
        if (planFile != null) {
            List<String> others =
                    uses.stream().filter(Use::given).map(Use::option).toList();
            if (method != null || savedPlan != null || !others.isEmpty()) {
                throw new SteeringException("--plan says everything: leave "
                        + (others.isEmpty() ? "--method and --save-plan" : String.join(", ", others)) + " out.");
            }
            return;
        }
        for (Use use : uses) {
            if (use.given() && !use.methods().contains(used)) {
                throw new SteeringException(use.option() + " has no effect with --method " + used + ": it belongs to "
                        + use.methods().stream().map(MethodName::toString).collect(Collectors.joining(", ")) + ".");
            }
        }
        if (used.needsVector() && vectorFile == null) {
            throw new SteeringException("--method " + used + " needs a --vector.");
        }
        acd.validate(List.of(used));
        condition.validate();
    }

    private List<Use> own() {
        EnumSet<MethodName> strong = EnumSet.of(
                MethodName.SCANS, MethodName.ADD, MethodName.SUBTRACT, MethodName.RANDOM, MethodName.SELF_CD);
        EnumSet<MethodName> scaled = EnumSet.copyOf(strong);
        scaled.remove(MethodName.SELF_CD);
        EnumSet<MethodName> fitted = EnumSet.copyOf(STEERING);
        fitted.addAll(EnumSet.of(MethodName.ACD, MethodName.ACD_UNTUNED, MethodName.ID_OPPOSITE));
        return List.of(
                new Use("--vector", vectorFile != null, STEERING),
                new Use("--alpha", alpha != null, strong),
                new Use("--scale", scale != null, scaled),
                new Use("--layers", layers != null, STEERING),
                new Use("--save-plan", savedPlan != null, STEERING),
                new Use("--any-model", anyModel && planFile == null, fitted));
    }

    private MethodName method() {
        return method != null ? method : vectorFile == null ? MethodName.DEFAULT : MethodName.SCANS;
    }

    /** The published settings that were asked for; null for none. */
    @Nullable
    ScansPreset preset() {
        return classifier.preset();
    }

    /** The gate of the plan that was made, the first if there are several; null if it decides nothing about prompts. */
    @Nullable
    Gate gate() {
        return plan == null
                ? null
                : plan.steps().stream()
                        .map(step -> step.gate())
                        .filter(gate -> !(gate instanceof Gate.Always))
                        .findFirst()
                        .orElse(null);
    }

    Method create(ChatModel model, GenerationOptions options) {
        MethodName used = method();
        if (planFile != null) {
            plan = PlanFile.read(planFile);
            return Methods.with(model, options, MethodSettings.defaults().withCheck(check()))
                    .create(Methods.PLAN_PREFIX + planFile);
        }
        if (vectorFile == null) {
            MethodSettings settings = MethodSettings.defaults()
                    .withSelfCd(contrast.settings(alpha))
                    .withAcd(acd.settings(model, check()));
            return Methods.with(model, options, settings).create(used);
        }
        return steered(model, options, used, VectorFile.read(vectorFile), vectorFile);
    }

    private Method steered(
            ChatModel model, GenerationOptions options, MethodName used, SteeringVector vector, Path file) {
        ModelOptions.requireFits(vector, model, anyModel, spec);
        MethodSettings settings = settings(model, vector).withVector(vector, named(file));
        Methods methods = Methods.with(model, options, settings);
        SteeringPlan made = steps.applied(methods.plan(used));
        made = classifier.applied(made);
        SteeringVector conditionVector = condition.vector();
        PlanVectors vectors = PlanVectors.of(vector);
        if (conditionVector != null) {
            ModelOptions.requireFits(conditionVector, model, anyModel, spec);
            made = condition.applied(made, conditionVector, this::named);
            vectors = PlanVectors.of(vector, conditionVector);
        }
        Method created = methods.create(used.toString(), made, vectors);
        plan = made;
        if (savedPlan != null) {
            PlanFile.write(savedPlan, made);
        }
        return created;
    }

    private MethodSettings settings(ChatModel model, SteeringVector vector) {
        MethodSettings settings = MethodSettings.defaults().withSeed(steps.randomSeed());
        ScansPreset preset = preset();
        if (preset != null) {
            ScansSettings published = preset.settings(model.manifest().layers());
            settings = settings.withStrength(published.alpha(), published.scale())
                    .withLayers(published.steeringLayers())
                    .withClassifier(published.classifierLayers(), published.threshold());
        }
        settings = settings.withStrength(
                alpha != null ? alpha : settings.overrides().alpha(),
                scale != null ? scale : settings.overrides().scale());
        if (layers != null) {
            settings = settings.withLayers(
                    layers.isAuto()
                            ? LayerAnchoring.projectedLayers(model, vector).layers()
                            : layers.layers());
        }
        return classifier.applied(settings);
    }

    /** A vector file's path as the plan names it: relative to the file that the plan is saved in. */
    private String named(Path vector) {
        if (savedPlan == null) {
            return vector.toString();
        }
        Path directory = savedPlan.toAbsolutePath().normalize().getParent();
        Path absolute = vector.toAbsolutePath().normalize();
        if (directory != null && Objects.equals(absolute.getRoot(), directory.getRoot())) {
            absolute = directory.relativize(absolute);
        }
        return absolute.toString().replace('\\', '/');
    }

    private ModelCheck check() {
        return anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL;
    }

    /** Method names; none is another word for default. */
    static final class NameConverter implements ITypeConverter<MethodName> {
        @Override
        public MethodName convert(String text) {
            try {
                return text.equals("none") ? MethodName.DEFAULT : MethodName.of(text);
            } catch (SteeringException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
