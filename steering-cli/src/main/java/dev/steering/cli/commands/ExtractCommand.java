package dev.steering.cli.commands;

import dev.steering.cli.json.ExtractJson;
import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.SteeringVector.TransitionState;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.Estimator;
import dev.steering.extract.ExtractionPart;
import dev.steering.extract.PartFile;
import dev.steering.extract.PublishedTransitions;
import dev.steering.extract.Shard;
import dev.steering.extract.TokenSelector;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.adasteer.PositionExtractor;
import dev.steering.extract.alphasteer.AlphaSteerExtractor;
import dev.steering.extract.learn.DirectionLearner;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code steer extract}. */
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        description = {
            "Extract a steering vector, one direction per layer, from harmful and harmless prompts.",
            "--method optimized learns the directions by gradient with the model frozen, on the pairs that 'steer tune-acd' uses;",
            "it needs a bundle in single precision, and a run that was killed goes on when the command is given again.",
            "--method surgical and refusal-direction search for one direction among the template's last tokens and the layers: the one",
            "whose ablation lowers refusals most and changes harmless prompts little, on prompts that are held out.",
            "Prompt files: .txt and - for standard input (one a line), .csv or .tsv (a column by name), .jsonl and .json (a field by name); published layouts",
            "and columns of labels say which rows are harmful.",
            "",
            "Example:  steer extract --model llama-1b --harmful harmful.txt --harmless harmless.txt -o refusal.safetensors",
            "          steer extract --model llama-1b --method surgical --lambda 0.5 --over-refused safe.txt --harmful harmful.txt --harmless harmless.txt -o surgical.safetensors"
        })
public final class ExtractCommand implements Callable<Integer>, LongWork {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Mixin
    private AnchorMixin anchors = new AnchorMixin();

    @Mixin
    private LearningMixin learning = new LearningMixin();

    @Mixin
    private SearchMixin search = new SearchMixin();

    @Mixin
    private AlphaSteerMixin alphaSteer = new AlphaSteerMixin();

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "-o", required = true, paramLabel = "VECTOR", description = "Vector file to write.")
    private Path file = Path.of("");

    @Option(
            names = "--method",
            completionCandidates = CompletionWords.Methods.class,
            paramLabel = "METHOD",
            description =
                    "mean-difference (default), pca (centred, signed by the mean difference), pca-pairs (of the differences of pairs:"
                            + " the first harmful prompt with the first harmless one, and so on), logistic (a probe's normal), lda (mean"
                            + " difference over the spread within the classes), refusal-direction (one direction, searched"
                            + " for among tokens and layers by what ablating it does), surgical (the same of over-refused prompts, with a"
                            + " share of the harmful direction taken out), alphasteer (mean difference, and read"
                            + " vectors that tell harmful prompts from the space of the harmless ones), adasteer (mean difference,"
                            + " and where prompts lie between the two means), or optimized (learned by"
                            + " gradient: refusals likely when added, unlikely when subtracted).")
    private String method = Estimator.MEAN_DIFFERENCE.label();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            converter = StateConverter.class,
            description =
                    "Where the last layer is read for SCANS's classifier: block-output (default), or published: behind the"
                            + " final norm, as SCANS's public code does.")
    private @Nullable TransitionState state;

    @Option(
            names = "--token",
            completionCandidates = CompletionWords.Tokens.class,
            paramLabel = "WHICH",
            description =
                    "Whose activations are taken: last (default, the template's last), last-K (K before it), mean.")
    private String token = "last";

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "Extract the I-th of N parts of the prompts only and write what 'steer merge' makes a vector of all parts"
                            + " with, such as 2/7. Give the same prompt files to every part. Not for alphasteer, adasteer and optimized.")
    private @Nullable String shard;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Prompts in one forward pass, default 16. optimized: pairs of each of the three kinds in one"
                    + " gradient step, default 8.")
    private @Nullable Integer batch;

    @Option(
            names = "--keep-prompts",
            description =
                    "Store the prompts in the vector file, which then must not be shared where they must not be. Default: a"
                            + " hash of each, enough to tell whether a prompt was among them.")
    private boolean keepPrompts;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return method.equalsIgnoreCase(DirectionLearner.METHOD)
                ? learning.kept(file)
                : file + " is written when all is done: nothing is kept yet, begin again with the same command.";
    }

    /** Reads the names of {@link TransitionState}. */
    static final class StateConverter implements ITypeConverter<TransitionState> {
        @Override
        public TransitionState convert(String text) {
            return Arrays.stream(TransitionState.values())
                    .filter(value -> value.label().equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new TypeConversionException("expected block-output or published, found '" + text + "'"));
        }
    }

    @Override
    public Integer call() {
        if (state != null
                && (shard != null || SearchMixin.isOf(method) || method.equalsIgnoreCase(DirectionLearner.METHOD))) {
            throw new WrongUsage(
                    "--state belongs to vectors of one extraction that SCANS classifies with: leave it out, or "
                            + (shard != null ? "--shard." : "--method " + method + "."));
        }
        alphaSteer.requireUsed(method);
        Shard part = shard == null ? null : WrongUsage.in(() -> Shard.parse(String.valueOf(shard)));
        VectorExtractor extractor = VectorExtractor.withDefaults()
                .withTokenSelector(WrongUsage.in(() -> TokenSelector.parse(token)))
                .withKeptPrompts(keepPrompts)
                .withProgress(ProgressBar.onTerminal());
        if (SearchMixin.isOf(method)) {
            search.search(spec, method, modelMixin, anchors, batch, file, outputs.rule("-o"), output);
            return ExitCodes.SUCCESS;
        }
        SearchMixin.requireNone(spec, method);
        if (method.equalsIgnoreCase(DirectionLearner.METHOD)) {
            if (part != null) {
                throw new WrongUsage("--shard does not go with --method " + DirectionLearner.METHOD
                        + ", which learns from all pairs. Leave one of them out.");
            }
            int pairs = batch == null ? DirectionLearner.defaults().batch() : batch;
            OutputRule rule = outputs.rule(TuningRunMixin.outputs("-o"));
            rule.requireFile(file, VectorFile.KIND);
            learning.learn(modelMixin, anchors, extractor, pairs, file, rule, output);
        } else {
            extractor = extractor.withMethod(parseMethod());
            if (part != null
                    && Arrays.stream(Estimator.values())
                            .noneMatch(m -> m.label().equalsIgnoreCase(method))) {
                throw new WrongUsage("--shard does not go with --method " + method
                        + ", which needs all prompts at once. Leave one of them out.");
            }
            compute(batch == null ? extractor : extractor.withBatchSize(batch), part);
        }
        return ExitCodes.SUCCESS;
    }

    private void compute(VectorExtractor extractor, @Nullable Shard part) {
        LearningMixin.requireNone(spec, method);
        OutputRule rule = outputs.rule("-o");
        rule.requireFile(file, part == null ? VectorFile.KIND : PartFile.KIND);
        AlphaSteerExtractor reads = AlphaSteerMixin.isMethod(method) ? alphaSteer.extractor(batch) : null;
        if (part != null && (reads != null || method.equalsIgnoreCase(PositionExtractor.METHOD))) {
            throw new WrongUsage("--shard does not go with --method " + method
                    + ", which looks at all prompts. Leave one of them out.");
        }
        ContrastFiles prompts = anchors.prompts(spec);
        try (ChatModel model = modelMixin.open()) {
            ChatModel view = prompts.view(model);
            ContrastSet fitted = anchors.fitted(prompts, model);
            if (part != null) {
                collect(extractor.collect(view, fitted, part), rule);
                return;
            }
            SteeringVector vector = method.equalsIgnoreCase(PositionExtractor.METHOD)
                    ? AlphaSteerMixin.positions(extractor, view, fitted, batch)
                    : reads == null
                            ? extractor.extract(view, fitted)
                            : alphaSteer.extract(reads, extractor, view, fitted, keepPrompts);
            if (state == TransitionState.PUBLISHED) {
                vector = PublishedTransitions.of(
                        view, vector, fitted.harmful(), batch == null ? 16 : batch, ProgressBar.onTerminal());
            }
            SteeringVector made = vector;
            VectorFile.write(file, vector, rule);
            LayerTable.print(output.text(), file, vector);
            output.print(() -> ExtractJson.of(file, made));
        }
        output.notes()
                .println("Next: steer layers " + ShellWord.quoted(file) + " --model " + modelMixin.again()
                        + (keepPrompts ? "" : anchors.promptOptions()));
    }

    private void collect(ExtractionPart part, OutputRule rule) {
        PartFile.write(file, part, rule);
        output.text()
                .printf(
                        Locale.ROOT,
                        "%s: part %s, %d harmful and %d harmless prompts, %s%n",
                        file,
                        part.shard(),
                        part.moments().count(true),
                        part.moments().count(false),
                        part.provenance().modelName());
        output.print(() -> ExtractJson.part(file, part));
        output.notes()
                .println("Next: steer merge PART... -o VECTOR, with the files of all "
                        + part.shard().of() + " parts");
    }

    private Estimator parseMethod() {
        if (AlphaSteerMixin.isMethod(method)) {
            return Estimator.MEAN_DIFFERENCE;
        }
        return Arrays.stream(Estimator.values())
                .filter(m -> m.label().equalsIgnoreCase(method))
                .findFirst()
                .orElseThrow(() -> new WrongUsage("Unknown method '" + method + "'; there are "
                        + Arrays.stream(Estimator.values())
                                .map(Estimator::label)
                                .collect(Collectors.joining(", ")) + ", " + String.join(", ", SearchMixin.METHODS)
                        + ", "
                        + AlphaSteerExtractor.METHOD + ", " + PositionExtractor.METHOD + " and "
                        + DirectionLearner.METHOD + "."));
    }
}
