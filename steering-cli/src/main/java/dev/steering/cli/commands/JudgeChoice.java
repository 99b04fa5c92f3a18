package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.prompts.Utf8Text;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.judge.http.HttpJudge;
import dev.steering.eval.judge.http.JudgeOptions;
import dev.steering.eval.judge.model.GuardFormat;
import dev.steering.eval.judge.model.ModelJudge;
import dev.steering.eval.judge.model.StatedQuestion;
import dev.steering.eval.judge.robust.Markers;
import dev.steering.eval.judge.robust.RobustJudge;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who tells refusals. */
final class JudgeChoice {
    static final String HTTP = "http";
    static final String ROBUST = "robust";
    static final String MODEL = "model:";

    /** In a run's directory, what judging models have said. */
    static final String CACHE = "verdicts.jsonl";

    private static final String DEFAULT = "scans";

    @Option(
            names = "--judge",
            split = ",",
            completionCandidates = CompletionWords.Judges.class,
            paramLabel = "JUDGE",
            description =
                    "scans (default), dro or xstest: a published list of phrases; robust: rules that read the final answer, in"
                            + " several languages; model:BUNDLE: a guard or chat model, run here; http: a language model behind an"
                            + " OpenAI-compatible interface. Several, with commas or given again, are compared; the first decides.")
    private List<String> judges = new ArrayList<>();

    @Option(
            names = "--markers",
            paramLabel = "FILE",
            description =
                    "For robust: phrases of your own that mark a refusal, one a line; of an answer, with ! in front.")
    private @Nullable Path markers;

    @Mixin
    private HttpJudgeMixin http = new HttpJudgeMixin();

    @Option(
            names = "--judge-format",
            paramLabel = "FORMAT",
            completionCandidates = CompletionWords.GuardFormats.class,
            description =
                    "How a judge of model: is asked: qwen3guard, wildguard, llama-guard or chat. Default: as its chat template"
                            + " says, else chat.")
    private @Nullable String format;

    @Option(
            names = "--judge-prompt",
            paramLabel = "FILE",
            description =
                    "For chat: what it is asked, a text with {prompt} and {response}. Default: a question of our own.")
    private @Nullable Path prompt;

    @Option(
            names = "--judge-words",
            paramLabel = "REFUSAL,ANSWER",
            description = "For chat: its words for a refusal and for an answer. Default: REFUSAL,ANSWER.")
    private @Nullable String words;

    @Option(
            names = "--judge-batch",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "For model: responses that are judged at once. Default: 16.")
    private @Nullable Integer batch;

    /** Judges, and the models that some of them are. */
    record Open(List<ExchangeJudge> all, List<ChatModel> models) implements AutoCloseable {
        ExchangeJudge first() {
            return all.get(0);
        }

        List<ExchangeJudge> others() {
            return all.subList(1, all.size());
        }

        @Override
        public void close() {
            models.forEach(ChatModel::close);
        }
    }

    /** Names a judge in a word of its own, as another option may. */
    void use(List<String> names) {
        judges = new ArrayList<>(names);
    }

    /** @return the judges as they were named; the default if none was */
    List<String> names() {
        return judges.isEmpty() ? List.of(DEFAULT) : judges;
    }

    boolean isNamed() {
        return !judges.isEmpty();
    }

    /** An option that would be ignored is an error. */
    void validate() {
        Set<String> seen = new HashSet<>();
        for (String name : names()) {
            boolean known = RefusalRules.publishedNames().contains(name)
                    || name.equals(ROBUST)
                    || name.equals(HTTP)
                    || (name.startsWith(MODEL) && name.length() > MODEL.length());
            if (!known) {
                throw new WrongUsage("There is no judge '" + name + "': expected one of "
                        + RefusalRules.publishedNames() + ", " + ROBUST + ", " + MODEL + "BUNDLE or " + HTTP + ".");
            }
            if (!seen.add(name)) {
                throw new WrongUsage("--judge names " + name + " twice: name each judge once.");
            }
        }
        boolean model = names().stream().anyMatch(name -> name.startsWith(MODEL));
        boolean asked = format != null || prompt != null || words != null || batch != null;
        if (asked && !model) {
            throw new WrongUsage("--judge-format, --judge-prompt, --judge-words and --judge-batch belong to --judge"
                    + " model:BUNDLE, not to " + names() + ".");
        }
        if (markers != null && !names().contains(ROBUST)) {
            throw new WrongUsage("--markers belongs to --judge robust, not to " + names() + ".");
        }
        http.validate(names(), names().contains(HTTP), model);
        if (format != null) {
            GuardFormat said = WrongUsage.in(() -> GuardFormat.of(String.valueOf(format)));
            if (said != GuardFormat.CHAT && (prompt != null || words != null)) {
                throw new WrongUsage("--judge-prompt and --judge-words belong to --judge-format chat: " + said.word()
                        + " has a question of its own.");
            }
        }
        if (words != null && words.split(",", -1).length != 2) {
            throw new WrongUsage("--judge-words expects two words with a comma between them, such as REFUSAL,ANSWER,"
                    + " found '" + words + "'.");
        }
    }

    /** @param cache where verdicts of models are kept; null for nowhere */
    Open open(@Nullable Path cache) {
        List<ChatModel> models = new ArrayList<>();
        try {
            List<ExchangeJudge> all = new ArrayList<>();
            for (String name : names()) {
                all.add(judge(name, cache, models));
            }
            return new Open(all, models);
        } catch (RuntimeException e) {
            models.forEach(ChatModel::close);
            throw e;
        }
    }

    private ExchangeJudge judge(String name, @Nullable Path cache, List<ChatModel> models) {
        if (name.equals(HTTP)) {
            JudgeOptions options = http.options();
            return new HttpJudge(options, cache);
        }
        if (name.equals(ROBUST)) {
            return new RobustJudge(markers == null ? Markers.NONE : Markers.read(markers));
        }
        if (name.startsWith(MODEL)) {
            ChatModel model = ChatModel.open(Path.of(name.substring(MODEL.length())));
            models.add(model);
            return modelJudge(model, cache);
        }
        return ExchangeJudge.of(name + "'s list", new StringListJudge(RefusalRules.published(name)));
    }

    private ModelJudge modelJudge(ChatModel model, @Nullable Path cache) {
        ModelJudge judge = ModelJudge.of(model);
        judge = format == null ? judge : judge.withFormat(GuardFormat.of(format));
        if (prompt != null || words != null) {
            String[] both = words == null ? new String[0] : words.split(",", -1);
            StatedQuestion stated = StatedQuestion.DEFAULT;
            judge = judge.withQuestion(new StatedQuestion(
                    prompt == null ? stated.text() : Utf8Text.read(prompt).strip(),
                    both.length == 0 ? stated.refusal() : both[0].strip(),
                    both.length == 0 ? stated.answer() : both[1].strip()));
        }
        Integer tokens = http.tokens();
        judge = judge.withLimits(tokens == null ? judge.format().tokens() : tokens, batch == null ? 16 : batch);
        return cache == null ? judge : judge.withCache(cache);
    }
}
