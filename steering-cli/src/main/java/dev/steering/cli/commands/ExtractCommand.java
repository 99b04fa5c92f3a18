package dev.steering.cli.commands;

import dev.steering.cli.json.ExtractJson;
import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.Estimator;
import dev.steering.extract.TokenSelector;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.learn.DirectionLearner;
import dev.steering.model.chat.ChatModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "-o", required = true, paramLabel = "VECTOR", description = "Vector file to write.")
    private Path file = Path.of("");

    @Option(
            names = "--method",
            completionCandidates = CompletionWords.Methods.class,
            paramLabel = "METHOD",
            description =
                    "mean-difference (default), pca (centred, signed by the mean difference), optimized (learned by gradient:"
                            + " refusals likely when added, unlikely when subtracted), refusal-direction (one direction, searched for among"
                            + " tokens and layers by what ablating it does), or surgical (the same of over-refused prompts, with a share of"
                            + " the harmful direction taken out).")
    private String method = Estimator.MEAN_DIFFERENCE.label();

    @Option(
            names = "--token",
            completionCandidates = CompletionWords.Tokens.class,
            paramLabel = "WHICH",
            description =
                    "Whose activations are taken: last (default, the template's last), last-K (K before it), mean.")
    private String token = "last";

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

    @Override
    public Integer call() {
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
            int pairs = batch == null ? DirectionLearner.defaults().batch() : batch;
            OutputRule rule = outputs.rule(TuningRunMixin.outputs("-o"));
            rule.requireFile(file, VectorFile.KIND);
            learning.learn(modelMixin, anchors, extractor, pairs, file, rule, output);
        } else {
            extractor = extractor.withMethod(parseMethod());
            compute(batch == null ? extractor : extractor.withBatchSize(batch));
        }
        return ExitCodes.SUCCESS;
    }

    private void compute(VectorExtractor extractor) {
        LearningMixin.requireNone(spec, method);
        OutputRule rule = outputs.rule("-o");
        rule.requireFile(file, VectorFile.KIND);
        ContrastFiles prompts = anchors.prompts(spec);
        try (ChatModel model = modelMixin.open()) {
            SteeringVector vector = extractor.extract(prompts.view(model), anchors.fitted(prompts, model));
            VectorFile.write(file, vector, rule);
            print(output.text(), vector);
            output.print(() -> ExtractJson.of(file, vector));
        }
        output.notes()
                .println("Next: steer layers " + ShellWord.quoted(file) + " --model " + modelMixin.again()
                        + (keepPrompts ? "" : anchors.promptOptions()));
    }

    private void print(PrintWriter out, SteeringVector vector) {
        out.printf(
                Locale.ROOT,
                "%s: %s of %d harmful and %d harmless prompts, token %s, %s%n",
                file,
                vector.provenance().method(),
                vector.requirePrompts().harmful().size(),
                vector.requirePrompts().harmless().size(),
                vector.provenance().tokenSelector(),
                vector.provenance().modelName());
        out.printf(
                Locale.ROOT, "%5s  %14s  %15s  %12s%n", "layer", "direction norm", "activation norm", "separability");
        for (LayerStatistics s : vector.requireStatistics()) {
            out.printf(
                    Locale.ROOT,
                    "%5d  %14.4f  %15.4f  %12.3f%n",
                    s.layer(),
                    s.directionNorm(),
                    s.activationNorm(),
                    s.separability());
        }
    }

    private Estimator parseMethod() {
        return Arrays.stream(Estimator.values())
                .filter(m -> m.label().equalsIgnoreCase(method))
                .findFirst()
                .orElseThrow(() -> new WrongUsage("Unknown method '" + method + "'; there are "
                        + Arrays.stream(Estimator.values())
                                .map(Estimator::label)
                                .collect(Collectors.joining(", ")) + ", "
                        + String.join(", ", SearchMixin.METHODS) + " and " + DirectionLearner.METHOD + "."));
    }
}
