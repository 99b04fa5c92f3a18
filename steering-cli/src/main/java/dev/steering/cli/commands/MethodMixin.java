package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.Methods;
import dev.steering.apply.plan.PlanFile;
import dev.steering.apply.plan.PlanVectors;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.prompt.PromptDefinition;
import dev.steering.apply.scans.ScansPreset;
import dev.steering.apply.selfcd.SelfCdDefinition;
import dev.steering.cli.answers.MethodNames;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.MethodSource;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which methods to compare, and the settings that they share; what is not given comes from the vector file. */
final class MethodMixin {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "METHOD",
            completionCandidates = MethodNames.class,
            description = {
                "Methods, separated by commas; the first is what the others are compared with: ${COMPLETION-CANDIDATES},"
                        + " or plan:FILE.json. One that steers takes a vector of its own as in scans@FILE.safetensors.",
                "Default: default,scans with a vector, otherwise default,self-cd."
            })
    private List<String> methods = List.of();

    @Option(
            names = "--vector",
            paramLabel = "VECTOR",
            description =
                    "Vector file, as 'steer layers' leaves it, or another tool's (GGUF, .npz, .npy, .svec, safetensors).")
    private @Nullable Path vectorFile;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "Strength of all steering. Default: the vector file's.")
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
            description = "Layers to steer. Default: the vector file's.")
    private @Nullable LayerList layers;

    @Mixin
    private ClassifierMixin classifier = new ClassifierMixin();

    @Mixin
    private ContrastMixin contrast = new ContrastMixin();

    @Option(
            names = "--self-cd-alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "How much of the safety prompt's effect Self-CD takes back. Default: 2.5.")
    private @Nullable Double selfCdAlpha;

    @Option(
            names = "--baseline-prompt",
            paramLabel = "TEXT",
            description =
                    "What the method prompt says to the model. Default: the text that the Self-CD paper's code uses.")
    private @Nullable String prompt;

    @Mixin
    private AcdMixin acd = new AcdMixin();

    @Mixin
    private SettingMixin settings = new SettingMixin();

    @Option(names = "--any-model", description = "Apply a vector or soft prompts of another model.")
    private boolean anyModel;

    /** @return the methods as they were given, all of them known */
    List<String> names() {
        List<String> given = !methods.isEmpty()
                ? methods.stream().map(String::strip).toList()
                : List.of("default", vectorFile == null ? "self-cd" : "scans");
        if (new LinkedHashSet<>(given).size() != given.size()) {
            throw new WrongUsage("--methods names a method twice: " + String.join(",", given) + ".");
        }
        List<String> unused = WrongUsage.in(() -> known(given));
        return given;
    }

    private static List<String> known(List<String> names) {
        return names.stream()
                .filter(name -> !name.startsWith(Methods.PLAN_PREFIX))
                .map(name -> MethodRegistry.get(name.split(Methods.VECTOR_MARK, 2)[0])
                        .name())
                .toList();
    }

    /** An option that would be ignored is an error. */
    void validate() {
        List<String> names = known(names());
        acd.validate(names);
        settings.requireOnce(uses());
        settings.requireLookedAt(names);
        if (names.stream().noneMatch(MethodMixin::needsVector)
                && (vectorFile != null || alpha != null || scale != null || layers != null)) {
            throw new WrongUsage("None of the methods " + names() + " steers with the given vector: leave"
                    + " --vector, --alpha, --scale and --layers out, or name one that does.");
        }
        boolean vectorUsed =
                known(names().stream()
                                .filter(name -> !name.contains(Methods.VECTOR_MARK))
                                .toList())
                        .stream()
                        .anyMatch(MethodMixin::needsVector);
        if (!vectorUsed && vectorFile != null) {
            throw new WrongUsage("All methods of " + names()
                    + " that steer name a vector of their own: leave --vector out, or name one that does not.");
        }
        for (Use use :
                Stream.concat(classifier.uses().stream(), contrasted().stream()).toList()) {
            if (use.given() && names.stream().noneMatch(use.methods()::contains)) {
                throw new WrongUsage(use.option() + " belongs to "
                        + (use.methods().size() == 1 ? "the method " : "the methods ")
                        + String.join(", ", use.methods()) + ", "
                        + (use.methods().size() == 1 ? "which is" : "of which none is")
                        + (use.methods().size() == 1 ? " not among " : " among ") + names() + ".");
            }
        }
        if (prompt != null && !names.contains("prompt")) {
            throw new WrongUsage("--baseline-prompt belongs to the method prompt, which is not among " + names() + ".");
        }
    }

    /** Those that say what --set can say, too. */
    List<Use> uses() {
        List<Use> uses = new ArrayList<>(acd.uses());
        uses.add(Use.of("--alpha", alpha != null, MethodArguments.ALPHA));
        uses.add(Use.of("--scale", scale != null, MethodArguments.SCALE));
        uses.add(Use.of("--layers", layers != null, MethodArguments.LAYERS));
        uses.addAll(classifier.uses());
        uses.addAll(contrasted());
        uses.add(Use.of("--baseline-prompt", prompt != null, PromptDefinition.TEXT));
        return uses;
    }

    private List<Use> contrasted() {
        List<Use> uses = new ArrayList<>(contrast.uses());
        uses.add(Use.of("--self-cd-alpha", selfCdAlpha != null, SelfCdDefinition.ALPHA));
        return uses;
    }

    /** The published settings that were asked for; null for none. */
    @Nullable
    ScansPreset preset() {
        return classifier.preset();
    }

    /** Repetition penalty unless one is given. */
    double penalty() {
        return preset() == null ? 1 : ScansPreset.REPETITION_PENALTY;
    }

    private static boolean needsVector(String method) {
        return MethodRegistry.get(method).needsVector();
    }

    /** Methods with random directions are made with as many seeds, from the given one on. */
    MethodSource source(List<String> names, long seed, int seeds, @Nullable String system) {
        return model -> WrongUsage.in(() -> MethodSource.named(arguments(model, seed, system), check(), names, seeds)
                .methods(noted(model, names, system)));
    }

    /** Says of vectors that methods bring what is said of that for all of them; they are read and checked again with the method. */
    ChatModel noted(ChatModel model, List<String> names, @Nullable String system) {
        for (String name : names) {
            int mark = name.indexOf(Methods.VECTOR_MARK);
            if (name.startsWith(Methods.PLAN_PREFIX)) {
                Path plan = Path.of(name.substring(Methods.PLAN_PREFIX.length()));
                PlanVectors.load(PlanFile.read(plan), plan).all().forEach(vector -> note(vector, model, system));
            } else if (mark >= 0 && needsVector(name.substring(0, mark))) {
                Path own = Path.of(name.substring(mark + Methods.VECTOR_MARK.length()));
                note(GivenVector.steering(own, model.manifest().layers(), spec), model, system);
            }
        }
        return model;
    }

    private void note(SteeringVector vector, ChatModel model, @Nullable String system) {
        ModelMixin.requireSteers(vector, model, anyModel, spec);
        ModelMixin.noteSystems(vector, Collections.singleton(system), spec);
    }

    MethodArguments arguments(ChatModel model, long seed, @Nullable String system) {
        MethodArguments arguments = acd.applied(contrast.applied(MethodArguments.NONE), model, check())
                .with(SelfCdDefinition.ALPHA, selfCdAlpha)
                .with(MethodArguments.SEED, seed);
        ScansPreset preset = classifier.preset();
        if (preset != null) {
            arguments = preset.applied(arguments, model.manifest().layers());
        }
        arguments = classifier.applied(arguments);
        if (alpha != null) {
            arguments = arguments.with(MethodArguments.ALPHA, alpha);
        }
        if (scale != null) {
            arguments = arguments.with(MethodArguments.SCALE, scale);
        }
        if (layers != null) {
            arguments = arguments.withLayers(layers.layers());
        }
        if (prompt != null) {
            arguments = arguments.with(PromptDefinition.TEXT, new AddedPrompt(prompt, AddedPrompt.Placement.AUTO));
        }
        arguments = settings.applied(arguments);
        if (vectorFile == null) {
            return arguments;
        }
        SteeringVector vector =
                GivenVector.steering(vectorFile, model.manifest().layers(), spec);
        note(vector, model, system);
        return arguments.withVector(vector);
    }

    ModelCheck check() {
        return anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL;
    }

    @Nullable
    Path vectorFile() {
        return vectorFile;
    }

    /** @return the soft prompts' file; null for none */
    @Nullable
    Path softPromptFile() {
        return acd.file();
    }
}
