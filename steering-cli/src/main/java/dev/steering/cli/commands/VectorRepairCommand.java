package dev.steering.cli.commands;

import dev.steering.apply.plan.Layers;
import dev.steering.cli.json.VectorRepairJson;
import dev.steering.cli.json.VectorRepairJson.Counts;
import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.files.OutputRule;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.repair.FrozenRepairLosses;
import dev.steering.extract.repair.RepairedVector;
import dev.steering.extract.repair.VectorRepair;
import dev.steering.gradient.GradientOptions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.TooLong;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer vector repair}. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description = {
            "Take out of a vector what makes a model comply with harmful prompts, and lose as little as possible of what the vector is for.",
            "The model writes its refusals of harmful prompts without the vector, and its answers to harmless ones with it; then the",
            "vector is changed by gradient until the refusals are as likely as they were, while the answers stay likely. What the model",
            "writes to a harmful prompt beside a refusal is never used. Needs a bundle in single precision.",
            "",
            "Example:  steer vector repair cheerful.safetensors --model llama-1b --layers 12 --alpha 4 --harmful harmful.txt --harmless questions.txt -o repaired.safetensors"
        })
public final class VectorRepairCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "VECTOR", description = "Vector file.")
    private Path vector = Path.of("");

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Option(names = "-o", required = true, paramLabel = "VECTOR", description = "Vector file to write.")
    private Path file = Path.of("");

    @Option(
            names = "--harmful",
            required = true,
            paramLabel = PromptFileMixin.LABEL,
            description =
                    "Prompts that the model refuses; every fifth is kept to count on. Can be given several times.")
    private List<String> harmful = List.of();

    @Option(
            names = "--harmless",
            required = true,
            paramLabel = PromptFileMixin.LABEL,
            description =
                    "Prompts that show what the vector is for; every fifth is kept to count on. Can be given several times.")
    private List<String> harmless = List.of();

    @Mixin
    private PromptFileMixin promptFiles = new PromptFileMixin();

    @Option(
            names = "--alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description = "Strength that the vector is used with. Default: the vector file's.")
    private @Nullable Double alpha;

    @Option(names = "--subtract", description = "The vector is subtracted. Default: added.")
    private boolean subtract;

    @Option(
            names = "--scale",
            paramLabel = "raw|unit",
            description = "What the strength multiplies. Default: the vector file's.")
    private @Nullable VectorScale scale;

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Layers that the vector is used at. Default: the vector file's.")
    private @Nullable LayerList layers;

    @Option(
            names = "--tolerance",
            paramLabel = "NATS",
            description =
                    "How much less likely refusals may be than without the vector, in nats per token. Default: 0.01.")
    private @Nullable Double tolerance;

    @Option(
            names = "--steps",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Gradient steps. Default: 60.")
    private @Nullable Integer steps;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Tokens of each text that counts. Default: 24.")
    private int tokens = 24;

    @Option(names = "--any-model", description = "Use a vector of another model.")
    private boolean anyModel;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        VectorRepair repair = WrongUsage.in(this::settings);
        VectorTarget.requireOwn(file);
        OutputRule rule = outputs.rule("-o");
        rule.requireFile(file, VectorFile.KIND);
        ContrastFiles prompts = promptFiles.read(harmful, harmless);
        SteeringVector read = GivenVector.of(vector, modelMixin.bundle(), spec);
        try (ChatModel opened = modelMixin.open()) {
            ChatModel model = prompts.view(opened);
            ModelMixin.requireFits(read, model, anyModel, spec);
            ContrastSet all =
                    prompts.fitted(model, TooLong.REFUSE, promptFiles.remarks()).set();
            repair(repair, model, read, RepairTexts.split(all), rule);
        }
        return ExitCodes.SUCCESS;
    }

    private VectorRepair settings() {
        VectorRepair repair = VectorRepair.withDefaults().withProgress(ProgressBar.onTerminal());
        if (tolerance != null) {
            repair = repair.withTolerance(tolerance);
        }
        return steps == null ? repair : repair.withSteps(steps);
    }

    private void repair(
            VectorRepair repair, ChatModel model, SteeringVector read, RepairTexts.Split prompts, OutputRule rule) {
        RepairedVector given = RepairedVector.of(read, layers(read), scale == null ? read.scale() : scale, alpha(read));
        RepairTexts texts = new RepairTexts(model, tokens);
        Map<String, String> refusals = texts.refusals(prompts.learnt().harmful());
        Map<String, String> answers = texts.answers(prompts.learnt().harmless(), given.vector(), given);
        try (FrozenRepairLosses losses = FrozenRepairLosses.open(
                model,
                given.layers(),
                refusals,
                answers,
                GradientOptions.defaults().withRuntime(modelMixin.runtime()))) {
            VectorRepair.Repaired repaired = repair.repair(given.added(), losses);
            SteeringVector result = given.repaired(repaired.added(), prompts.all());
            VectorFile.write(file, result, rule);
            List<Counts> counts = List.of(
                    texts.counts("none", prompts.counted(), null, given),
                    texts.counts("given", prompts.counted(), given.vector(), given),
                    texts.counts("repaired", prompts.counted(), result, given));
            print(output.text(), given, repaired, refusals.size(), answers.size(), counts);
            output.print(() -> VectorRepairJson.of(
                    file, vector, given.layers(), given.alpha(), refusals.size(), answers.size(), repaired, counts));
        }
        output.notes()
                .println("Next: steer generate --model " + modelMixin.again() + " --method "
                        + (subtract ? "subtract" : "add") + " --vector "
                        + ShellWord.quoted(file) + " --layers " + Layers.text(given.layers()) + " --scale raw --alpha "
                        + Math.abs(given.alpha())
                        + " PROMPT");
    }

    private List<Integer> layers(SteeringVector read) {
        if (layers != null) {
            return layers.layers();
        }
        ImpliedUse use = implied(read);
        if (use != null) {
            return use.layers();
        }
        Anchoring anchoring = read.anchoring();
        if (anchoring == null) {
            throw new BadRequest("The vector stores no layers yet: name those that it is used at.")
                    .withRemedy(Remedy.GIVE_LAYERS);
        }
        return anchoring.steeringLayers();
    }

    /** How another tool uses it, where it stores nothing of its own. */
    private static @Nullable ImpliedUse implied(SteeringVector read) {
        VectorOrigin origin = read.origin();
        return origin == null || read.anchoring() != null ? null : origin.use();
    }

    private double alpha(SteeringVector read) {
        Double used = alpha;
        ImpliedUse use = implied(read);
        if (used == null && use != null) {
            used = use.strength();
        }
        if (used == null) {
            Anchoring anchoring = read.anchoring();
            if (anchoring == null) {
                throw new BadRequest("The vector stores no strength yet: name the one that it is used with.")
                        .withRemedy(Remedy.GIVE_STRENGTH);
            }
            used = anchoring.alpha();
        }
        return subtract ? -used : used;
    }

    private void print(
            PrintWriter out,
            RepairedVector given,
            VectorRepair.Repaired repaired,
            int refusals,
            int answers,
            List<Counts> counts) {
        out.printf(
                Locale.ROOT,
                "%s: %s without what costs safety, %.1f %% of its length at layers %s%n",
                file,
                vector,
                100 * repaired.removed(),
                Layers.text(given.layers()));
        out.printf(
                Locale.ROOT,
                "Loss in nats per token, of %d refusals (safety) and of %d answers that the vector led to (effect):%n",
                refusals,
                answers);
        out.printf(
                Locale.ROOT,
                "%9s  %7s  %7s  %16s  %16s%n",
                "vector",
                "safety",
                "effect",
                "harmful refused",
                "harmless refused");
        List<VectorRepair.Losses> losses = List.of(repaired.unsteered(), repaired.before(), repaired.after());
        for (int i = 0; i < losses.size(); i++) {
            Counts c = counts.get(i);
            out.printf(
                    Locale.ROOT,
                    "%9s  %7.3f  %7.3f  %10d of %2d  %10d of %2d%n",
                    c.vector(),
                    losses.get(i).safety(),
                    losses.get(i).effect(),
                    c.harmfulRefused(),
                    c.harmful(),
                    c.harmlessRefused(),
                    c.harmless());
        }
        out.println("Refusals are counted on prompts that the repair has not seen.");
    }
}
