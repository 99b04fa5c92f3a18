package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.eval.judge.http.JudgeOptions;
import dev.steering.eval.judge.http.RequestBody;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a judge over HTTP is asked, and how long the reply of any judging model may be. */
final class HttpJudgeMixin {
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
            description = "Time for one request, to the last byte of its reply. Default: 60.")
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

    @Option(
            names = "--judge-max-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description =
                    "Most tokens of a judging model's reply, by http or model:; one that thinks needs hundreds. Default: 8, or"
                            + " what a guard's format needs.")
    private @Nullable Integer tokens;

    @Option(
            names = "--judge-tokens-field",
            paramLabel = "FIELD",
            completionCandidates = CompletionWords.TokensFields.class,
            description =
                    "Field of a request that limits the reply: max_tokens (default), max_completion_tokens, or none.")
    private @Nullable String tokensField;

    @Option(
            names = "--judge-extra",
            paramLabel = "JSON",
            description = "Object whose fields are added to every request, such as {\"reasoning_effort\": \"low\"}.")
    private @Nullable String extra;

    /** @return most tokens of a reply; null if it was not said */
    @Nullable
    Integer tokens() {
        return tokens;
    }

    /** An option that would be ignored is an error. */
    void validate(List<String> judges, boolean isAsked, boolean isModel) {
        if (isAsked && (url == null || model == null)) {
            throw new WrongUsage("--judge http needs --judge-url and --judge-model.");
        }
        boolean httpOnly = url != null
                || model != null
                || keyVariable != null
                || timeout != null
                || attempts != null
                || concurrency != null
                || tokensField != null
                || extra != null;
        if (!isAsked && (httpOnly || (tokens != null && !isModel))) {
            throw new WrongUsage("The --judge-... options belong to --judge http, not to "
                    + (judges.size() == 1 && !isModel ? "the list of " + judges.get(0) : judges) + ".");
        }
        if (keyVariable != null && System.getenv(keyVariable) == null) {
            throw new WrongUsage("The environment variable " + keyVariable + " that --judge-key-env names is not set.");
        }
        if (isAsked) {
            RequestBody unused = WrongUsage.in(this::body);
        }
    }

    JudgeOptions options() {
        if (url == null || model == null) {
            throw new IllegalStateException("a judge over HTTP was not validated");
        }
        String key = System.getenv(keyVariable == null ? "STEER_JUDGE_KEY" : keyVariable);
        JudgeOptions options = JudgeOptions.of(url, model, key);
        return options.withLimits(
                        timeout == null ? options.timeout() : Duration.ofSeconds(timeout),
                        attempts == null ? options.attempts() : attempts,
                        concurrency == null ? options.concurrency() : concurrency)
                .withBody(body());
    }

    private RequestBody body() {
        RequestBody.Limit limit = RequestBody.Limit.MAX_TOKENS;
        if (tokensField != null) {
            limit = Arrays.stream(RequestBody.Limit.values())
                    .filter(one -> one.word().equals(tokensField))
                    .findFirst()
                    .orElseThrow(() -> new WrongUsage("--judge-tokens-field expects one of "
                            + Arrays.stream(RequestBody.Limit.values())
                                    .map(RequestBody.Limit::word)
                                    .toList()
                            + ", found '" + tokensField + "'."));
        }
        return new RequestBody(limit, tokens == null ? RequestBody.DEFAULT.tokens() : tokens, extra);
    }
}
