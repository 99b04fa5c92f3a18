package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.core.SteeringException;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.server.ServerSettings;
import dev.steering.server.SteeringServer;
import dev.steering.server.access.Quota;
import dev.steering.server.http.HttpLimits;
import dev.steering.server.http.HttpServer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code steer serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Answer over HTTP as OpenAI's interface does, every request steered as it says. Any client of that interface can",
            "ask; the model's name chooses the steering where a client can say no more: NAME+METHOD@VECTOR. A page to try it",
            "is at the address itself. Requests are logged on standard error as JSON, without what was asked and answered.",
            "It ends with Ctrl-C or the signal TERM, when the answers that have begun are complete.",
            "",
            "Example:  steer serve --model llama-1b --vector refusal.safetensors",
            "          steer serve --model small=llama-1b --vector refusal=v.safetensors --port 8081 --uploads vectors",
            "          steer serve --config serve.yaml --host 0.0.0.0 --token-file tokens.txt"
        })
public final class ServeCommand implements Callable<Integer> {
    private static final String HTTP = "http://";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "[NAME=]BUNDLE",
            description =
                    "Model bundle, and what requests call it; default: as its directory is called. Several can be given.")
    private List<String> models = List.of();

    @Option(
            names = "--vector",
            paramLabel = "[NAME=]FILE",
            description =
                    "Vector file of any tool, and what requests call it; default: as the file is called. Several can be given.")
    private List<String> vectors = List.of();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            preprocessor = ConfigFile.class,
            description =
                    "Read options from a JSON or YAML file: names without hyphens and their values. The command line wins.")
    @SuppressWarnings("UnusedVariable") // its preprocessor puts the file's options among the arguments
    private @Nullable String config;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description =
                    "Where to listen. Default: 127.0.0.1, for programs of this machine; others need --token-file.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Port to listen at; 0 for any that is free. Default: 8080.")
    private int port = 8080;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with a token a line: who knows one may ask, with 'Authorization: Bearer TOKEN'.")
    private @Nullable Path tokens;

    @Option(
            names = "--uploads",
            paramLabel = "DIR",
            description = "Keep uploaded vectors there. Default: in memory, until the server ends.")
    private @Nullable Path uploads;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most tokens that a request may ask for. Default: 4096.")
    private int maxTokens = ServerSettings.RequestLimits.DEFAULTS.tokens();

    @Option(
            names = "--request-time",
            paramLabel = "SECONDS",
            converter = NumberConverters.Positive.class,
            description = "How long an answer may take, waiting included. Default: 300.")
    private int requestTime = (int) ServerSettings.RequestLimits.DEFAULTS.time().toSeconds();

    @Option(
            names = "--queue",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most answers that wait for a model; more are refused with status 429. Default: 256.")
    private int queue = ServerSettings.RequestLimits.DEFAULTS.queue();

    @Option(
            names = "--max-batch",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most rows that a model writes at once. Default: 16.")
    private int rows = ServerSettings.RequestLimits.DEFAULTS.rows();

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most requests at once of one token. Default: 256.")
    private int concurrency = Quota.DEFAULTS.concurrent();

    @Option(
            names = "--rate",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Most requests a minute of one token; 0 (default) for no limit.")
    private int rate = Quota.DEFAULTS.perMinute();

    @Option(names = "--log-text", description = "Log the words of questions and answers, too. Default: none of them.")
    private boolean logText;

    @Option(
            names = "--drain-time",
            paramLabel = "SECONDS",
            converter = NumberConverters.NotNegative.class,
            description = "How long answers that have begun may take when the server is ended. Default: 30.")
    private int drainTime = 30;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Threads inside one operator; 0 (default) for one per core.")
    private int threads;

    @Mixin
    private WeightsMixin weights = new WeightsMixin();

    @Override
    public Integer call() {
        ServerSettings settings = settings();
        RuntimeOptions runtime = RuntimeOptions.defaults().withThreads(threads).withWeights(weights.weights());
        PrintWriter err = spec.commandLine().getErr();
        boolean quiet = Verbosity.current() == Verbosity.QUIET;
        SteeringServer server = SteeringServer.start(settings, runtime, line -> {
            if (!quiet) {
                err.println(line);
            }
        });
        Duration drain = Duration.ofSeconds(drainTime);
        // The virtual machine ends when this has.
        Thread end = new Thread(() -> server.close(drain), "drain");
        Runtime.getRuntime().addShutdownHook(end);
        PrintWriter out = spec.commandLine().getOut();
        out.println("Listening at " + HTTP + shown(host) + ":" + server.port() + "  (models: "
                + String.join(", ", settings.models().keySet().stream().sorted().toList()) + "; vectors: "
                + (settings.vectors().isEmpty()
                        ? "none"
                        : String.join(
                                ", ",
                                settings.vectors().keySet().stream().sorted().toList()))
                + ")");
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            boolean unused = server.close(drain);
        }
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // The process ends already.
        }
        return ExitCodes.SUCCESS;
    }

    private static String shown(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private ServerSettings settings() {
        if (tokens == null && !isLoopback()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--host " + host
                            + " is reached from other machines: give --token-file FILE, or listen at 127.0.0.1.");
        }
        if (port > 65535) {
            throw new ParameterException(spec.commandLine(), "--port must be from 0 to 65535, found " + port + ".");
        }
        ServerSettings.RequestLimits usual = ServerSettings.RequestLimits.DEFAULTS;
        ServerSettings.RequestLimits limits = new ServerSettings.RequestLimits(
                usual.messages(),
                maxTokens,
                Math.min(usual.defaultTokens(), maxTokens),
                usual.answers(),
                Duration.ofSeconds(requestTime),
                queue,
                rows,
                usual.vectors());
        return new ServerSettings(
                host,
                port,
                named("--model", models, ""),
                named("--vector", vectors, "\\.[^.]+$"),
                uploads,
                tokens,
                limits,
                HttpLimits.DEFAULTS,
                new Quota(concurrency, rate),
                logText);
    }

    private boolean isLoopback() {
        try {
            return HttpServer.isLoopback(host);
        } catch (SteeringException e) {
            throw new ParameterException(spec.commandLine(), "--host: " + e.getMessage(), e);
        }
    }

    /** What stands before the first = is the name, unless it is a part of a path. */
    private Map<String, Path> named(String option, List<String> given, String ending) {
        Map<String, Path> named = new LinkedHashMap<>();
        for (String value : given) {
            int equals = value.indexOf('=');
            boolean says = equals > 0 && value.substring(0, equals).matches("[A-Za-z0-9._-]+");
            Path path = Path.of(says ? value.substring(equals + 1) : value);
            Path last = path.toAbsolutePath().normalize().getFileName();
            String name = says
                    ? value.substring(0, equals)
                    : last == null ? "" : last.toString().replaceFirst(ending, "");
            if (path.toString().isEmpty()) {
                throw new ParameterException(spec.commandLine(), option + " " + value + " names no file.");
            }
            if (named.put(name, path) != null) {
                throw new ParameterException(
                        spec.commandLine(), option + ": two are called " + name + ". Name them with NAME=PATH.");
            }
        }
        return named;
    }
}
