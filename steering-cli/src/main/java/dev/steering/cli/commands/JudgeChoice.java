package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import dev.steering.eval.judge.http.HttpJudge;
import dev.steering.eval.judge.http.JudgeOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who tells refusals. */
final class JudgeChoice {
    private static final String HTTP = "http";

    @Option(
            names = "--judge",
            completionCandidates = CompletionWords.Judges.class,
            paramLabel = "JUDGE",
            description =
                    "scans (default), dro or xstest: a published list of phrases; http: a language model behind an"
                            + " OpenAI-compatible interface.")
    private String judge = "scans";

    @Option(
            names = "--judge-url",
            paramLabel = "URL",
            description = "Base of the judge's interface, such as http://localhost:8000/v1.")
    private @Nullable URI url;

    @Option(names = "--judge-model", paramLabel = "NAME", description = "The judging model's name there.")
    private @Nullable String model;

    @Option(
            names = "--judge-key-env",
            paramLabel = "VARIABLE",
            description = "Environment variable with the key. Default: STEER_JUDGE_KEY; unset for none.")
    private @Nullable String keyVariable;

    @Option(
            names = "--judge-timeout",
            paramLabel = "SECONDS",
            converter = NumberConverters.Positive.class,
            description = "Time for one request. Default: 60.")
    private @Nullable Integer timeout;

    @Option(
            names = "--judge-attempts",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most requests for one verdict. Default: 6.")
    private @Nullable Integer attempts;

    @Option(
            names = "--judge-concurrency",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most requests at once. Default: 4.")
    private @Nullable Integer concurrency;

    /** An option that would be ignored is an error. */
    void validate() {
        boolean http = judge.equals(HTTP);
        if (!http && !RefusalRules.publishedNames().contains(judge)) {
            throw new WrongUsage("There is no judge '" + judge + "': expected one of " + RefusalRules.publishedNames()
                    + " or " + HTTP + ".");
        }
        if (http && (url == null || model == null)) {
            throw new WrongUsage("--judge http needs --judge-url and --judge-model.");
        }
        boolean httpOnly = url != null
                || model != null
                || keyVariable != null
                || timeout != null
                || attempts != null
                || concurrency != null;
        if (!http && httpOnly) {
            throw new WrongUsage("The --judge-... options belong to --judge http, not to the list of " + judge + ".");
        }
        if (keyVariable != null && System.getenv(keyVariable) == null) {
            throw new WrongUsage("The environment variable " + keyVariable + " that --judge-key-env names is not set.");
        }
    }

    /** @param directory where verdicts of a judge over HTTP are kept */
    ExchangeJudge open(Path directory) {
        if (url == null || model == null) {
            return ExchangeJudge.of(judge + "'s list", new StringListJudge(RefusalRules.published(judge)));
        }
        String key = System.getenv(keyVariable == null ? "STEER_JUDGE_KEY" : keyVariable);
        JudgeOptions options = JudgeOptions.of(url, model, key);
        options = options.withLimits(
                timeout == null ? options.timeout() : Duration.ofSeconds(timeout),
                attempts == null ? options.attempts() : attempts,
                concurrency == null ? options.concurrency() : concurrency);
        return new HttpJudge(options, directory.resolve("verdicts.jsonl"));
    }
}
