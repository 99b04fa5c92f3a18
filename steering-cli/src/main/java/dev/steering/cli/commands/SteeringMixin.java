package dev.steering.cli.commands;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.plan.Gate;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.plan.SteeringPlan;
import dev.steering.apply.planned.PlannedMethod;
import dev.steering.apply.planned.SteeringDefinition;
import dev.steering.apply.scans.ScansPreset;
import dev.steering.cli.answers.MethodNames;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.certify.CertifiedMethod;
import dev.steering.eval.certify.CertifiedPlan;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** How to answer: a method with its settings, or a plan from a file. What is not given comes from the vector file. */
final class SteeringMixin {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--vector",
            paramLabel = "VECTOR",
            description =
                    "Vector file, as 'steer extract' writes it, or another tool's (GGUF, .npz, .npy, .svec, safetensors).")
    private @Nullable Path vectorFile;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            converter = NameConverter.class,
            completionCandidates = MethodNames.class,
            description = {
                "${COMPLETION-CANDIDATES}; none is another word for default.",
                "Default: scans with a vector, otherwise default."
            })
    private @Nullable String method;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "Strength. Default: the vector file's; otherwise the method's.")
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
    private ClassifierMixin classifier = new ClassifierMixin();

    @Mixin
    private StepMixin steps = new StepMixin();

    @Mixin
    private ConditionMixin condition = new ConditionMixin();

    @Mixin
    private ContrastMixin contrast = new ContrastMixin();

    @Mixin
    private AcdMixin acd = new AcdMixin();

    @Mixin
    private SettingMixin settings = new SettingMixin();

    @Option(
            names = "--plan",
            paramLabel = "FILE.json",
            description = "Steer as this plan says, instead of --method and what belongs to it.")
    private @Nullable Path planFile;

    @Option(names = "--save-plan", paramLabel = "FILE.json", description = "Write down as a plan what is done.")
    private @Nullable Path savedPlan;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "--any-model", description = "Apply a vector or soft prompts of another model.")
    private boolean anyModel;

    @Mixin
    private StrictMixin strict = new StrictMixin();

    private @Nullable SteeringPlan plan;

    /** Those of the method that was made. */
    private final List<SteeringVector> vectorsUsed = new ArrayList<>();

    /** An option that would be ignored is an error. */
    void validate() {
        String used = method();
        List<Use> options = Stream.of(
                        own(), classifier.uses(), steps.uses(), condition.uses(), contrast.uses(), acd.uses())
                .flatMap(List::stream)
                .toList();
        settings.requireOnce(options);
        List<Use> uses =
                Stream.concat(options.stream(), settings.uses().stream()).toList();
        if (planFile != null) {
            List<String> others =
                    uses.stream().filter(Use::given).map(Use::option).toList();
            if (method != null || savedPlan != null || !others.isEmpty()) {
                throw new WrongUsage("--plan says everything: leave "
                        + (others.isEmpty() ? "--method and --save-plan" : String.join(", ", others)) + " out.");
            }
            return;
        }
        for (Use use : uses) {
            if (use.given() && !use.methods().contains(used)) {
                throw new WrongUsage(use.option() + " has no effect with --method " + used + ": it belongs to "
                        + String.join(", ", use.methods()) + ".");
            }
        }
        if (MethodRegistry.get(used).needsVector() && vectorFile == null) {
            throw new WrongUsage("--method " + used + " needs a --vector.");
        }
        if (alpha != null && acd.hasAlpha()) {
            throw new WrongUsage("--alpha and --acd-alpha both say the strength of " + used + ": give one.");
        }
        acd.validate(List.of(used));
        condition.validate();
        if (savedPlan != null) {
            outputs.rule("--save-plan").requireFile(savedPlan, PlanFile.KIND);
        }
    }

    private List<Use> own() {
        List<String> fitted = new ArrayList<>(MethodRegistry.methodsWith(MethodArguments.VECTOR));
        fitted.addAll(MethodRegistry.methodsWith(AcdDefinition.SOFT_PROMPTS));
        return List.of(
                Use.of("--vector", vectorFile != null, MethodArguments.VECTOR),
                Use.strength("--alpha", alpha != null),
                Use.of("--scale", scale != null, MethodArguments.SCALE),
                Use.of("--layers", layers != null, MethodArguments.LAYERS),
                new Use("--save-plan", savedPlan != null, Use.planned()),
                new Use("--any-model", anyModel && planFile == null, fitted));
    }

    private String method() {
        return method != null ? method : vectorFile == null ? "default" : "scans";
    }

    /** The published settings that were asked for; null for none. */
    @Nullable
    ScansPreset preset() {
        return classifier.preset();
    }

    /** The gate of the plan that was made, the first if there are several; null if it decides nothing about prompts. */
    @Nullable
    Gate gate() {
        return plan == null ? null : plan.gates().stream().findFirst().orElse(null);
    }

    /** Says under which of the system prompts that are asked under (null for none) the method's vectors were not extracted. */
    void noteSystems(Collection<@Nullable String> systems) {
        vectorsUsed.forEach(vector -> ModelMixin.noteSystems(vector, systems, spec));
    }

    /** Made for a model; what it then refuses was said on the command line. */
    Method create(ChatModel model) {
        return WrongUsage.in(() -> made(model));
    }

    private Method made(ChatModel model) {
        String used = method();
        if (planFile != null) {
            SteeringPlan read = PlanFile.read(planFile);
            plan = read;
            PlanVectors.load(read, planFile).all().forEach(vectorsUsed::add);
            String name = Methods.PLAN_PREFIX + planFile;
            strict.check(name, () -> new CertifiedPlan(name, read, vectorsUsed.get(0)), vectorsUsed, model);
            return Methods.with(model, MethodArguments.NONE, check()).create(Methods.PLAN_PREFIX + planFile);
        }
        MethodDefinition definition = MethodRegistry.get(used);
        SteeringVector vector = vectorFile == null
                ? null
                : GivenVector.steering(vectorFile, model.manifest().layers(), spec);
        if (vector != null) {
            ModelMixin.requireSteers(vector, model, anyModel, spec);
            vectorsUsed.add(vector);
        }
        MethodArguments arguments = arguments(model, definition, vector);
        if (definition instanceof SteeringDefinition steering && vector != null) {
            return planned(model, steering, arguments, vector);
        }
        strict.check(used, () -> CertifiedMethod.of(model, definition, arguments), vectorsUsed, model);
        return definition.bind(model, arguments);
    }

    private Method planned(
            ChatModel model, SteeringDefinition definition, MethodArguments arguments, SteeringVector vector) {
        SteeringPlan made = steps.applied(definition.plan(arguments));
        SteeringVector conditionVector = condition.vector(model, spec);
        PlanVectors vectors = PlanVectors.of(vector);
        if (conditionVector != null) {
            ModelMixin.requireFits(conditionVector, model, anyModel, spec);
            vectorsUsed.add(conditionVector);
            made = condition.applied(made, conditionVector, this::named);
            vectors = PlanVectors.of(vector, conditionVector);
        }
        SteeringPlan followed = made;
        strict.check(
                definition.name(), () -> new CertifiedPlan(definition.name(), followed, vector), vectorsUsed, model);
        Method created = PlannedMethod.of(definition.name(), model, made, vectors);
        plan = made;
        if (savedPlan != null) {
            PlanFile.write(savedPlan, made, outputs.rule("--save-plan"));
        }
        return created;
    }

    private MethodArguments arguments(ChatModel model, MethodDefinition definition, @Nullable SteeringVector vector) {
        MethodArguments arguments = steps.applied(acd.applied(contrast.applied(MethodArguments.NONE), model, check()));
        ScansPreset preset = preset();
        if (preset != null) {
            try {
                arguments = preset.applied(arguments, model.manifest().layers());
            } catch (BadRequest e) {
                throw WrongUsage.of(e);
            }
        }
        MethodOption<Double> strength = definition.strength();
        if (alpha != null && strength != null) {
            arguments = arguments.with(strength, alpha);
        }
        if (scale != null) {
            arguments = arguments.with(MethodArguments.SCALE, scale);
        }
        arguments = settings.applied(classifier.applied(arguments));
        if (vector == null || vectorFile == null) {
            return arguments;
        }
        if (layers != null) {
            arguments = arguments.withLayers(
                    layers.isAuto()
                            ? LayerAnchoring.projectedLayers(model, vector).layers()
                            : layers.layers());
        }
        return arguments.withVector(vector, named(vectorFile));
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
    static final class NameConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.startsWith(Methods.PLAN_PREFIX)) {
                throw new TypeConversionException("a plan is given with --plan "
                        + ShellWord.quoted(text.substring(Methods.PLAN_PREFIX.length())) + " instead of --method");
            }
            List<String> names =
                    MethodRegistry.all().stream().map(MethodDefinition::name).toList();
            if (!text.equals("none") && !names.contains(text)) {
                throw new TypeConversionException(
                        "There is no method '" + text + "'. There are " + String.join(", ", names) + " and none");
            }
            return text.equals("none") ? "default" : text;
        }
    }
}
