package dev.steering.cli.commands;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.prompts.FittedPairs;
import dev.steering.cli.prompts.Remarks;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.files.OutputRule;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.vector.ContrastSet;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.judge.Verdict;
import dev.steering.extract.tune.AnchorPair;
import dev.steering.extract.tune.AnchorPairFile;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.BuiltInAnchors;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFit;
import dev.steering.model.chat.TooLong;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where anchor pairs come from: a file, or prompts with built-in responses. */
final class AnchorMixin {
    private static final String JUDGE = "scans";

    @Option(
            names = "--anchors",
            paramLabel = "FILE.jsonl",
            description =
                    "Your own pairs: prompt, response, label (harmful, harmless), kind (refusal, answer), system.")
    private @Nullable Path file;

    @Option(
            names = "--harmful",
            paramLabel = PromptFileMixin.LABEL,
            description = {
                "Harmful prompts; for pairs they get refusals and short beginnings of compliance.",
                "Of a published layout or a labelled file with both sides, FILE@refuse takes those. Can be given several times."
            })
    private List<String> harmful = List.of();

    @Option(
            names = "--harmless",
            paramLabel = PromptFileMixin.LABEL,
            description =
                    "Harmless prompts; for pairs they get beginnings of compliance, or the model's own answers. Can"
                            + " be given several times.")
    private List<String> harmless = List.of();

    @Mixin
    private PromptFileMixin promptFiles = new PromptFileMixin();

    @Mixin
    private TooLongMixin tooLong = new TooLongMixin();

    @Option(
            names = "--own-responses",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description =
                    "Let the model itself write up to N tokens: its refusals of harmful prompts and its answers to"
                            + " harmless ones take the place of the built-in ones. What it writes to a harmful prompt beside a"
                            + " refusal is never used.")
    private @Nullable Integer ownTokens;

    @Option(
            names = "--compliance",
            paramLabel = "TEXT",
            description =
                    "How compliance begins; nothing that instructs. Can be given several times. Default: \"Sure, here"
                            + " is\" and the like.")
    private List<String> compliance = List.of();

    @Option(
            names = "--systems",
            paramLabel = "FILE",
            description = "System prompts that every second pair is read under, behind the soft prompt, in turn.")
    private @Nullable Path systems;

    @Option(
            names = "--save-anchors",
            paramLabel = "FILE.jsonl",
            description = "Write the pairs down, to be looked at or changed and given back with --anchors.")
    private @Nullable Path saved;

    /** An option that would be ignored is an error. */
    void validate(OutputRule rule) {
        boolean prompts = !harmful.isEmpty() || !harmless.isEmpty();
        if (file != null
                && (prompts || ownTokens != null || !compliance.isEmpty() || systems != null || saved != null)) {
            throw new WrongUsage("--anchors brings complete pairs: leave --harmful, --harmless, --own-responses,"
                    + " --compliance, --systems and --save-anchors out.");
        }
        if (file == null && (harmful.isEmpty() || harmless.isEmpty())) {
            throw new WrongUsage("No anchors: give --harmful and --harmless prompts, or pairs with --anchors.");
        }
        if (saved != null) {
            rule.requireFile(saved, AnchorPairFile.KIND);
        }
    }

    /** Both classes of prompts, for what needs no pairs; {@link #fitted} before they are run. */
    ContrastFiles prompts(CommandSpec spec) {
        if (harmful.isEmpty() || harmless.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required options: '--harmful=FILE' and '--harmless=FILE'");
        }
        return promptFiles.read(harmful, harmless);
    }

    /** What of it fits, and is not too long. */
    ContrastSet fitted(ContrastFiles files, ChatModel model) {
        return files.fitted(model, tooLong.rule, promptFiles.remarks()).set();
    }

    /** How the prompt files are read. */
    PromptFileMixin files() {
        return promptFiles;
    }

    /** What is done about prompts that are too long. */
    TooLong rule() {
        return tooLong.rule;
    }

    /** The prompt files again, for a command that needs the very same prompts; empty where pairs were given. */
    String promptOptions() {
        return harmful.isEmpty() || harmless.isEmpty()
                ? ""
                : options(" --harmful ", harmful) + options(" --harmless ", harmless) + promptFiles.again();
    }

    private static String options(String name, List<String> files) {
        return files.stream().map(file -> name + ShellWord.quoted(file)).collect(Collectors.joining());
    }

    /**
     * @param model the model
     * @param need how long the longest context of a pair is
     * @param rule what may be written over
     */
    AnchorPairs pairs(ChatModel model, PromptFit.Need<AnchorPair> need, OutputRule rule) {
        Remarks remarks = promptFiles.remarks();
        if (file != null) {
            AnchorPairs read = AnchorPairFile.read(file);
            // A prompt of both classes is an error here, too.
            ContrastFiles prompts = ContrastFiles.of(read.prompts());
            remarks.controlTokens(
                    model,
                    Stream.concat(prompts.harmful().stream(), prompts.harmless().stream())
                            .toList());
            return FittedPairs.of(
                    read, text -> file + ", the pair", PromptFit.of(tooLong.rule, model, 0), need, remarks);
        }
        if (harmful.isEmpty() || harmless.isEmpty()) {
            throw new IllegalStateException("not validated");
        }
        ContrastFiles files = promptFiles.read(harmful, harmless).requireQuestions();
        ContrastSet prompts = fitted(files, model);
        BuiltInAnchors anchors = BuiltInAnchors.withDefaults();
        anchors = compliance.isEmpty() ? anchors : anchors.withCompliance(compliance);
        anchors = systems == null
                ? anchors
                : anchors.withSystems(PromptReader.withDefaults().read(systems));
        if (ownTokens != null) {
            Map<String, String> refusals = own(model, ownTokens, prompts.harmful(), true);
            Map<String, String> answers = own(model, ownTokens, prompts.harmless(), false);
            anchors = anchors.withOwnResponses(refusals::get, answers::get);
        }
        Map<String, String> places = files.places();
        AnchorPairs pairs = FittedPairs.of(
                anchors.of(prompts),
                text -> places.getOrDefault(text, "a prompt that was cut"),
                PromptFit.of(tooLong.rule, model, 0),
                need,
                remarks);
        if (saved != null) {
            AnchorPairFile.write(saved, pairs, rule);
        }
        return pairs;
    }

    /** The model's responses to prompts where they are refusals, or where they are none. */
    private static Map<String, String> own(ChatModel model, int tokens, List<String> prompts, boolean refused) {
        StringListJudge judge = new StringListJudge(RefusalRules.published(JUDGE));
        List<Answer> answers = Answering.with(model)
                .withOptions(GenerationOptions.greedy(tokens))
                .withProgress(ProgressBar.onTerminal())
                .answer(prompts, MethodRegistry.get("default").bind(model, MethodArguments.NONE));
        Map<String, String> own = new HashMap<>();
        for (Answer answer : answers) {
            Verdict verdict = Verdict.of(answer.text(), judge.isRefusal(answer.text()), false);
            // What is empty or repeats itself is no example of anything.
            if (verdict == (refused ? Verdict.REFUSED : Verdict.ANSWERED)) {
                own.put(answer.prompt(), answer.text().strip());
            }
        }
        return own;
    }
}
