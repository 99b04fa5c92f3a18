package dev.steering.cli.commands;

import dev.steering.cli.json.ExtractJson;
import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.prompts.Remarks;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import dev.steering.core.files.OutputRule;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.search.AblationSite;
import dev.steering.core.search.DirectionSearch;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.search.DirectionSearcher;
import dev.steering.extract.search.PromptSets;
import dev.steering.extract.search.SearchSettings;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.chat.TooLong;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** How {@code steer extract --method surgical} and {@code --method refusal-direction} search for one direction. */
final class SearchMixin {
    static final List<String> METHODS = List.of(SearchSettings.SURGICAL, SearchSettings.REFUSAL_DIRECTION);

    @Option(
            names = "--over-refused",
            paramLabel = PromptFileMixin.LABEL,
            description = "surgical: harmless prompts that the model refuses. Can be given several times.")
    private List<String> overRefused = List.of();

    @Option(
            names = "--lambda",
            paramLabel = "L",
            description =
                    "surgical: share of the harmful direction that is taken out of the over-refused one, from 0 (none) on. Default:"
                            + " 1, as published; what is left of the direction is reported.")
    private @Nullable Double lambda;

    @Option(
            names = "--site",
            paramLabel = "SITE",
            description =
                    "surgical, refusal-direction: where directions are ablated while they are compared: all-points (default,"
                            + " the embedding and every block's output), block-inputs, block-outputs, one-block-output.")
    private @Nullable String site;

    @Option(
            names = "--divergence",
            paramLabel = "KL",
            description =
                    "surgical, refusal-direction: how far the first token's distribution may move on harmless prompts, in"
                            + " nats. Default: 0.2 and 0.1, as published.")
    private @Nullable Double divergence;

    @Option(
            names = "--layer-share",
            paramLabel = "S",
            description =
                    "surgical, refusal-direction: share of the layers that is searched, from the first on. Default: 0.8.")
    private @Nullable Double layerShare;

    @Option(
            names = "--refusal-token",
            paramLabel = "TEXT",
            description =
                    "surgical, refusal-direction: how refusals begin; its first token counts. Can be given several times."
                            + " Default: I.")
    private List<String> refusalTokens = List.of();

    @Option(
            names = "--no-filter",
            description =
                    "surgical, refusal-direction: keep prompts whose refusal score is not on the side of their class.")
    private boolean noFilter;

    @Option(
            names = "--development-over-refused",
            paramLabel = "FILE",
            description =
                    "surgical: over-refused prompts to choose the direction on. Default: every fifth of the given ones is held out.")
    private List<String> developmentOverRefused = List.of();

    @Option(
            names = "--development-harmful",
            paramLabel = "FILE",
            description = "refusal-direction: harmful prompts to choose the direction on. Default: as above.")
    private List<String> developmentHarmful = List.of();

    @Option(
            names = "--development-harmless",
            paramLabel = "FILE",
            description =
                    "surgical, refusal-direction: harmless prompts to choose the direction on. Default: as above.")
    private List<String> developmentHarmless = List.of();

    static boolean isOf(String method) {
        return METHODS.contains(method.toLowerCase(Locale.ROOT));
    }

    /** An option that would be ignored is an error. */
    static void requireNone(CommandSpec spec, String method) {
        Set<String> own =
                Objects.requireNonNull(spec.mixins().get("search")).optionsMap().keySet();
        for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
            if (own.contains(given.longestName())) {
                throw new WrongUsage(given.longestName() + " belongs to --method " + String.join(" and ", METHODS)
                        + ": " + method + " would ignore it. Leave it out.");
            }
        }
    }

    /** An option that would be ignored is an error, here too. */
    private void validate(CommandSpec spec, boolean three) {
        if (three && overRefused.isEmpty()) {
            throw new WrongUsage(
                    "--method surgical needs harmless prompts that the model refuses: give --over-refused FILE.");
        }
        for (Map.Entry<String, Boolean> option : Map.of(
                        "--over-refused",
                        three,
                        "--lambda",
                        three,
                        "--development-over-refused",
                        three,
                        "--development-harmful",
                        !three,
                        "--token",
                        false,
                        "--shard",
                        false,
                        "--keep-prompts",
                        false)
                .entrySet()) {
            if (!option.getValue() && spec.commandLine().getParseResult().hasMatchedOption(option.getKey())) {
                throw new WrongUsage(option.getKey() + " has no effect with --method "
                        + (three ? SearchSettings.SURGICAL : SearchSettings.REFUSAL_DIRECTION) + ": leave it out.");
            }
        }
    }

    private SearchSettings settings(boolean three, @Nullable Integer batch) {
        SearchSettings settings = three ? SearchSettings.surgical() : SearchSettings.refusalDirection();
        if (lambda != null) {
            settings = settings.withLambda(lambda);
        }
        if (site != null) {
            settings = settings.withSite(AblationSite.parse(site));
        }
        settings = settings.withLimits(
                        divergence == null ? settings.divergence() : divergence,
                        layerShare == null ? settings.layerShare() : layerShare)
                .withFilters(!noFilter);
        if (!refusalTokens.isEmpty()) {
            settings = settings.withRefusalTokens(refusalTokens);
        }
        return batch == null ? settings : settings.withBatchSize(batch);
    }

    /** Searches, saves and reports. */
    void search(
            CommandSpec spec,
            String method,
            ModelMixin modelMixin,
            AnchorMixin anchors,
            @Nullable Integer batch,
            Path file,
            OutputRule rule,
            OutputMixin output) {
        boolean three = method.equalsIgnoreCase(SearchSettings.SURGICAL);
        LearningMixin.requireNone(spec, method);
        validate(spec, three);
        SearchSettings settings = WrongUsage.in(() -> settings(three, batch));
        rule.requireFile(file, VectorFile.KIND);
        ContrastFiles both = anchors.prompts(spec);
        List<Prompt> given = anchors.files().answered(overRefused);
        List<List<Prompt>> classes = anchors.files()
                .even(
                        three
                                ? List.of(both.harmful(), both.harmless(), given)
                                : List.of(both.harmful(), both.harmless()));
        List<Prompt> refused = three ? classes.get(2) : List.of();
        List<Prompt> chosenRefused = anchors.files().answered(developmentOverRefused);
        List<Prompt> chosenHarmful = anchors.files().refused(developmentHarmful);
        List<Prompt> chosenHarmless = anchors.files().answered(developmentHarmless);
        try (ChatModel opened = modelMixin.open()) {
            ChatModel model = both.view(opened);
            Remarks remarks = anchors.files().remarks();
            if (lambda != null && lambda > 1) {
                remarks.note(
                        "--lambda " + lambda
                                + " takes out more than there is of the harmful direction: what is left points"
                                + " against it, so that taking it out gives the model some of that back. 1 takes out all, 0.5 half.");
            }
            PromptSets all = sets(anchors.rule(), remarks, model, refused, classes.get(0), classes.get(1));
            PromptSets development = sets(anchors.rule(), remarks, model, chosenRefused, chosenHarmful, chosenHarmless);
            SteeringVector vector = searched(settings, model, all, development);
            VectorFile.write(file, vector, rule);
            print(output.text(), file, vector);
            output.print(() -> ExtractJson.searched(file, vector));
            String use = three
                    ? "surgical"
                    : "ablate --scope all --layers "
                            + LayerList.format(
                                    IntStream.range(0, vector.layers()).boxed().toList());
            output.notes()
                    .println("Next: steer generate --model " + modelMixin.again() + " --vector "
                            + ShellWord.quoted(file) + " --method " + use + " PROMPT");
        }
    }

    /** The search itself, with every fifth prompt held out where there are no others to choose on. */
    static SteeringVector searched(SearchSettings settings, ChatModel model, PromptSets all, PromptSets development) {
        requireApart(all, development);
        return DirectionSearcher.with(settings)
                .withProgress(ProgressBar.onTerminal())
                .search(model, all.split(development, 5));
    }

    static PromptSets sets(
            TooLong rule,
            Remarks remarks,
            ChatModel model,
            List<Prompt> refused,
            List<Prompt> harmful,
            List<Prompt> harmless) {
        return new PromptSets(
                fitted(rule, remarks, model, refused, "over-refused"),
                fitted(rule, remarks, model, harmful, "harmful"),
                fitted(rule, remarks, model, harmless, "harmless"));
    }

    private static List<String> fitted(
            TooLong rule, Remarks remarks, ChatModel model, List<Prompt> prompts, String name) {
        PromptFit.Result<Prompt> fit = PromptFit.of(rule, model, 0)
                .of(prompts, prompt -> prompt, Prompt::withText, prompt -> model.encode(prompt.text()).length);
        remarks.fitted(fit, name);
        remarks.controlTokens(model, fit.kept());
        return fit.kept().stream().map(Prompt::text).toList();
    }

    /** A prompt of two classes says nothing, and one that is chosen on must not have been learned from. */
    private static void requireApart(PromptSets all, PromptSets development) {
        Set<String> harmful = Set.copyOf(ExtractionPrompts.hashes(all.harmful()));
        Set<String> harmless = Set.copyOf(ExtractionPrompts.hashes(all.harmless()));
        Set<String> refused = Set.copyOf(ExtractionPrompts.hashes(all.overRefused()));
        requireApart("over-refused and harmful", all.overRefused(), harmful);
        requireApart("over-refused and harmless", all.overRefused(), harmless);
        requireApart("over-refused and given to choose on", development.overRefused(), refused);
        requireApart("harmful and given to choose on", development.harmful(), harmful);
        requireApart("harmless and given to choose on", development.harmless(), harmless);
    }

    private static void requireApart(String what, List<String> prompts, Set<String> others) {
        long both = prompts.stream()
                .filter(prompt -> others.contains(ExtractionPrompts.hash(prompt)))
                .count();
        if (both > 0) {
            throw new BadRequest(both + " of the prompts " + (both == 1 ? "is " : "are ") + what
                    + ": every prompt must be in one set only.");
        }
    }

    private static void print(PrintWriter out, Path file, SteeringVector vector) {
        DirectionSearch search = Objects.requireNonNull(vector.search());
        DirectionSearch.Candidate chosen = search.chosen();
        out.printf(
                Locale.ROOT,
                "%s: %s, token %d, layer %d of %s%n",
                file,
                vector.provenance().method(),
                chosen.position(),
                chosen.layer(),
                vector.provenance().modelName());
        for (DirectionSearch.SetCount set : search.sets()) {
            out.printf(
                    Locale.ROOT,
                    "%-13s %4d prompts, %d used, %d held out to choose on%n",
                    set.set(),
                    set.given(),
                    set.kept(),
                    set.development());
        }
        if (search.lambda() != null) {
            out.printf(
                    Locale.ROOT,
                    "lambda %s leaves %.1f %% of the over-refused direction's length.%n",
                    search.lambda(),
                    100 * search.remaining());
        }
        out.printf(
                Locale.ROOT,
                "%5s  %5s  %13s  %10s  %14s%n",
                "token",
                "layer",
                "refusal score",
                "divergence",
                "score if added");
        out.printf(Locale.ROOT, "%5s  %5s  %13.3f  %10s  %14s%n", "", "none", search.baseline(), "", "");
        for (DirectionSearch.Candidate c : search.candidates()) {
            out.printf(
                    Locale.ROOT,
                    "%5d  %5d  %13.3f  %10.4f  %14s%s%n",
                    c.position(),
                    c.layer(),
                    c.score(),
                    c.divergence(),
                    c.induced() == null ? "" : String.format(Locale.ROOT, "%.3f", c.induced()),
                    c.equals(chosen) ? "  chosen" : "");
        }
        out.println("Scores are of the prompts held out to choose on, ablated at " + search.site()
                + "; divergence in nats.");
    }
}
