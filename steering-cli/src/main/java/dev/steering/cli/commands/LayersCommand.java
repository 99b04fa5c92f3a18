package dev.steering.cli.commands;

import dev.steering.cli.charts.LayerFigures;
import dev.steering.cli.json.LayersJson;
import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorQuality;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.anchor.LayerAnchoring;
import dev.steering.extract.anchor.LayerValidation;
import dev.steering.extract.project.RefusalTokens;
import dev.steering.extract.project.VocabularyProjector;
import dev.steering.extract.trace.StatePlanes;
import dev.steering.model.chat.ChatModel;
import dev.steering.viz.Chart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer layers}. */
@Command(
        name = "layers",
        mixinStandardHelpOptions = true,
        description = {
            "Find the safety-critical layers of a vector by reading it through the model's vocabulary, and calibrate the",
            "threshold of SCANS's classifier. The result is printed and written back into the vector file.",
            "Given the prompts of the extraction themselves, or none if the vector was extracted with --keep-prompts, the",
            "threshold is calibrated leave-one-out on them: give held-out prompts instead, and as --harmless such that sound",
            "harmful but are not, to get a threshold that tells those apart.",
            "With --validate, each layer and segment is also steered alone on those prompts, to see where the vector acts.",
            "",
            "Example:  steer layers refusal.safetensors --model llama-1b --harmful held-out-harmful.txt --harmless scary.txt"
        })
public final class LayersCommand implements Callable<Integer>, LongWork {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "VECTOR", description = "Vector file.")
    private Path vectorFile = Path.of("");

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Option(
            names = "--harmful",
            paramLabel = PromptFileMixin.LABEL,
            description = "Prompts that should be refused: held-out ones, or those of the extraction. Can be given"
                    + " several times.")
    private List<String> harmful = List.of();

    @Option(
            names = "--harmless",
            paramLabel = PromptFileMixin.LABEL,
            description = "Prompts that should be answered, likewise.")
    private List<String> harmless = List.of();

    @Mixin
    private PromptFileMixin promptFiles = new PromptFileMixin();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of --shuffle. Default: 0.")
    long seed; // read by LimitMixin

    @Mixin
    private TooLongMixin tooLong = new TooLongMixin();

    @Mixin
    private OverlapMixin overlap = new OverlapMixin();

    @Option(
            names = "--top-k",
            paramLabel = "K",
            converter = NumberConverters.Positive.class,
            description = "Tokens that a projection keeps. Default: 20.")
    private int topK = VocabularyProjector.DEFAULT_TOP_K;

    @Option(
            names = "--refusal-tokens",
            split = ",",
            paramLabel = "WORD",
            description = "Words whose tokens count as refusal, instead of the built-in list.")
    private @Nullable List<String> refusalWords;

    @Option(
            names = "--final-norm",
            description = "Multiply directions with the final norm's weight before the vocabulary head.")
    private boolean finalNorm;

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            converter = LayerList.AutoConverter.class,
            description = "Steer these layers, such as 10-20. Default: auto, those found.")
    private @Nullable LayerList layers;

    @Option(
            names = "--classifier-layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description = "Classify with these layers. Default: first safety-critical layer to the last layer.")
    private @Nullable LayerList classifierLayers;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            converter = NumberConverters.Strength.class,
            description =
                    "Strength to store. Default: in proportion to the layers' norms, so that all of them together move a state"
                            + " by one mean difference.")
    private @Nullable Double alpha;

    @Option(names = "--scale", paramLabel = "SCALE", description = "What it multiplies: unit (default) or raw.")
    private VectorScale scale = VectorScale.UNIT;

    @Mixin
    private ValidationMixin validation = new ValidationMixin();

    @Option(
            names = "--charts",
            paramLabel = "DIR",
            description =
                    "Draw the scores with the threshold, their ROC, where prompts lie at some layers and, with --validate, the effects there.")
    private @Nullable Path charts;

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "-o", paramLabel = "VECTOR", description = "Write here instead of back into the vector file.")
    private @Nullable Path copy;

    @Option(names = "--any-model", description = "Use a vector that was extracted from another model.")
    private boolean anyModel;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return (copy == null ? vectorFile : copy) + " is written when all is done: begin again with the same command.";
    }

    @Override
    public Integer call() {
        if (harmful.isEmpty() != harmless.isEmpty()) {
            throw new WrongUsage("--harmful and --harmless go together: a threshold needs both classes.");
        }
        validation.requireUsed();
        SteeringVector vector = GivenVector.of(vectorFile, modelMixin.bundle(), spec);
        vector.requireTransitionReference();
        Path target = GivenVector.target(vectorFile, copy);
        OutputRule rule = outputs.rule("-o", "--validation", "--charts", "VECTOR");
        rule.requireFile(target, VectorFile.KIND);
        validation.requireTarget(target, rule);
        if (charts != null) {
            rule.requireDirectory(charts, List.of());
        }
        try (ChatModel opened = modelMixin.open()) {
            ModelMixin.requireFits(vector, opened, anyModel, spec);
            LayerAnchoring anchoring = anchoring(opened);
            ContrastFiles files = prompts(vector).fitted(opened, tooLong.rule, promptFiles.remarks());
            ContrastSet prompts = files.set();
            ChatModel model = files.view(opened);
            String seen = LayerAnchoring.overlap(vector, prompts);
            LayerAnchoring.Result result = anchoring.anchor(model, vector, prompts);
            VectorFile.write(target, vector.withAnchoring(result.anchoring()), rule);
            if (seen != null) {
                promptFiles.remarks().note(seen);
            }
            LayersText.print(output.text(), result);
            output.notes().println("written to " + target);
            warn(vector, result.anchoring().steeringLayers());
            VectorQuality.remarks(vector.withAnchoring(result.anchoring())).forEach(output::warn);
            double strength = result.anchoring().alpha();
            LayerValidation.Result effects =
                    validation.run(output, model, vector, prompts, refusalTokens(model), strength, scale, target);
            if (charts != null) {
                draw(charts, model, vector, prompts, result, effects);
            }
            output.print(() -> LayersJson.of(target, result, effects));
        }
        return ExitCodes.SUCCESS;
    }

    private void draw(
            Path directory,
            ChatModel model,
            SteeringVector vector,
            ContrastSet prompts,
            LayerAnchoring.Result result,
            LayerValidation.@Nullable Result effects) {
        List<Integer> chosen = result.anchoring().steeringLayers();
        List<Chart> drawn = new ArrayList<>(LayerFigures.calibration(vector, result));
        List<Integer> some = LayerFigures.someLayers(vector.layers(), chosen);
        drawn.add(LayerFigures.planes(vector, StatePlanes.of(model, prompts, some, ProgressBar.onTerminal())));
        if (effects != null) {
            drawn.add(LayerFigures.effects(vector, effects, chosen));
        }
        drawn.forEach(chart -> chart.write(directory));
        output.notes().println("charts written to " + directory);
    }

    /** Those given, or the vector's own, which are calibrated on by leaving one out. */
    private ContrastFiles prompts(SteeringVector vector) {
        if (!harmful.isEmpty()) {
            return promptFiles.read(harmful, harmless);
        }
        ExtractionPrompts own = vector.prompts();
        ContrastSet kept = own == null ? null : own.kept();
        if (kept == null) {
            throw new BadRequest(vectorFile + " holds no prompts to calibrate the threshold on"
                    + (own == null ? "" : ", only hashes of those that it was extracted from")
                    + ". Give the anchors with --harmful and --harmless: those of the extraction, to leave one out at a time, or"
                    + " held-out ones. Or extract the vector with --keep-prompts.");
        }
        return ContrastFiles.of(kept);
    }

    private LayerAnchoring anchoring(ChatModel model) {
        VocabularyProjector projector =
                VocabularyProjector.withDefaults().withTopK(topK).withFinalNorm(finalNorm);
        if (refusalWords != null) {
            projector = projector.withRefusalTokens(refusalTokens(model));
        }
        LayerAnchoring anchoring = LayerAnchoring.withDefaults()
                .withProjector(projector)
                .withCheck(anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL)
                .withOverlap(overlap.overlap())
                .withProgress(ProgressBar.onTerminal());
        anchoring = alpha == null ? anchoring.withStrength(scale) : anchoring.withStrength(alpha, scale);
        anchoring = layers == null || layers.isAuto() ? anchoring : anchoring.withSteeringLayers(layers.layers());
        return classifierLayers == null ? anchoring : anchoring.withClassifierLayers(classifierLayers.layers());
    }

    private RefusalTokens refusalTokens(ChatModel model) {
        return refusalWords == null ? RefusalTokens.of(model) : RefusalTokens.of(model, refusalWords);
    }

    /** A vector that was learned at some layers holds mean differences at the others. */
    private void warn(SteeringVector vector, List<Integer> steering) {
        Learning learning = vector.learning();
        if (learning == null) {
            return;
        }
        List<Integer> learned = learning.layerNumbers();
        List<Integer> others =
                steering.stream().filter(layer -> !learned.contains(layer)).toList();
        if (!others.isEmpty()) {
            output.warn("layers " + LayerList.format(others) + " were not learned and hold the mean difference."
                    + " Learned are " + LayerList.format(learned) + ": name them with --layers.");
        }
    }
}
