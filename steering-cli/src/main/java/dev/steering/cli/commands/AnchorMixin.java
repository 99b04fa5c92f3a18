package dev.steering.cli.commands;

import dev.steering.apply.Answer;
import dev.steering.apply.Answering;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.vector.ContrastSet;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.judge.Verdict;
import dev.steering.extract.tune.AnchorPairFile;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.BuiltInAnchors;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
            paramLabel = "FILE",
            description = "Harmful prompts; they get refusals and short beginnings of compliance.")
    private @Nullable Path harmful;

    @Option(
            names = "--harmless",
            paramLabel = "FILE",
            description = "Harmless prompts; they get beginnings of compliance, or the model's own answers.")
    private @Nullable Path harmless;

    @Mixin
    private PromptFileMixin promptFiles = new PromptFileMixin();

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
    void validate() {
        boolean prompts = harmful != null || harmless != null;
        if (file != null
                && (prompts || ownTokens != null || !compliance.isEmpty() || systems != null || saved != null)) {
            throw new SteeringException("--anchors brings complete pairs: leave --harmful, --harmless, --own-responses,"
                    + " --compliance, --systems and --save-anchors out.");
        }
        if (file == null && (harmful == null || harmless == null)) {
            throw new SteeringException("No anchors: give --harmful and --harmless prompts, or pairs with --anchors.");
        }
    }

    /** Both classes of prompts, for what needs no pairs. */
    ContrastSet prompts(CommandSpec spec) {
        if (harmful == null || harmless == null) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required options: '--harmful=FILE' and '--harmless=FILE'");
        }
        return ContrastSets.read(harmful, harmless, promptFiles.reader());
    }

    /** The prompt files again, for a command that needs the very same prompts; empty where pairs were given. */
    String promptOptions() {
        return harmful == null || harmless == null ? "" : " --harmful " + harmful + " --harmless " + harmless;
    }

    AnchorPairs pairs(ChatModel model) {
        if (file != null) {
            return AnchorPairFile.read(file);
        }
        if (harmful == null || harmless == null) {
            throw new IllegalStateException("not validated");
        }
        ContrastSet prompts = ContrastSets.read(harmful, harmless, promptFiles.reader());
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
        AnchorPairs pairs = anchors.of(prompts);
        if (saved != null) {
            AnchorPairFile.write(saved, pairs);
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
