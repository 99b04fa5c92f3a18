package dev.steering.cli;

import dev.steering.cli.commands.BakeCommand;
import dev.steering.cli.commands.BenchCommand;
import dev.steering.cli.commands.CertifyCommand;
import dev.steering.cli.commands.ChartCommand;
import dev.steering.cli.commands.ChatCommand;
import dev.steering.cli.commands.CheckCommand;
import dev.steering.cli.commands.CompareCommand;
import dev.steering.cli.commands.CompletionCommand;
import dev.steering.cli.commands.ConvertCommand;
import dev.steering.cli.commands.DemoCommand;
import dev.steering.cli.commands.EvalCommand;
import dev.steering.cli.commands.ExportCommand;
import dev.steering.cli.commands.ExtractCommand;
import dev.steering.cli.commands.GenerateCommand;
import dev.steering.cli.commands.InspectCommand;
import dev.steering.cli.commands.InstrumentCommand;
import dev.steering.cli.commands.JudgeCommand;
import dev.steering.cli.commands.LayersCommand;
import dev.steering.cli.commands.MergeCommand;
import dev.steering.cli.commands.MethodsCommand;
import dev.steering.cli.commands.ReportCommand;
import dev.steering.cli.commands.ServeCommand;
import dev.steering.cli.commands.SweepCommand;
import dev.steering.cli.commands.TemplateCommand;
import dev.steering.cli.commands.TraceCommand;
import dev.steering.cli.commands.TuneAcdCommand;
import dev.steering.cli.commands.VectorCommand;
import dev.steering.cli.commands.VerbosityMixin;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.HelpText;
import dev.steering.cli.terminal.LogLines;
import dev.steering.cli.terminal.PlainValues;
import dev.steering.cli.terminal.PlainWords;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.ReadableArguments;
import dev.steering.cli.terminal.Remedies;
import dev.steering.cli.terminal.StandardOutput;
import dev.steering.cli.terminal.Terminal;
import dev.steering.cli.terminal.UsageErrors;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.cli.terminal.Warnings;
import dev.steering.cli.terminal.WatchedRun;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.WrongModel;
import dev.steering.core.vector.TargetModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The {@code steer} command. */
@Command(
        name = "steer",
        description = {
            "Find the direction a language model uses to refuse, see in which layers it lives, and move the model along it.",
            "",
            "See it work:  steer demo -o demo"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Steer.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ExportCommand.class,
            InstrumentCommand.class,
            CheckCommand.class,
            InspectCommand.class,
            TemplateCommand.class,
            ExtractCommand.class,
            MergeCommand.class,
            LayersCommand.class,
            TuneAcdCommand.class,
            CertifyCommand.class,
            BakeCommand.class,
            ChartCommand.class,
            VectorCommand.class,
            ConvertCommand.class,
            MethodsCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            ServeCommand.class,
            TraceCommand.class,
            EvalCommand.class,
            SweepCommand.class,
            CompareCommand.class,
            JudgeCommand.class,
            ReportCommand.class,
            BenchCommand.class,
            DemoCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:the work failed or a check did not pass; the message says what to do",
            "2:the command line is wrong; 'steer COMMAND --help' says what is right"
        })
public final class Steer {
    private static final String HEADLESS = "java.awt.headless";
    private static final String ANY_MODEL = "--any-model";
    private static final String INSIST = "Or pass " + ANY_MODEL + " to use it all the same.";

    @Mixin
    private VerbosityMixin verbosity = new VerbosityMixin();

    private Steer() {}

    /** @param args command-line arguments */
    public static void main(String[] args) {
        drawWithoutDisplay(args);
        System.exit(execute(args));
    }

    /** A display that DISPLAY names and that is not there should not keep pictures from being drawn: only what opens a window asks for it. */
    private static void drawWithoutDisplay(String[] args) {
        List<String> given = List.of(args);
        if (!given.contains("--show") && !given.contains("--open") && System.getProperty(HEADLESS) == null) {
            System.setProperty(HEADLESS, "true");
        }
    }

    /**
     * @param args command-line arguments
     * @return the exit code, see {@link ExitCodes}
     */
    public static int execute(String... args) {
        return execute(commandLine(), args);
    }

    /** With output to somewhere else. */
    static int execute(CommandLine command, String... args) {
        try {
            String unreadable = ReadableArguments.problem(args);
            if (unreadable != null) {
                return UsageErrors.report(unreadable, command);
            }
            int exit = command.execute(args);
            return exit == ExitCodes.SUCCESS ? arrived(command) : exit;
        } finally {
            command.getOut().flush();
            command.getErr().flush();
        }
    }

    /** Work whose result was lost did not succeed. */
    private static int arrived(CommandLine command) {
        try {
            StandardOutput.requireArrived(command.getOut());
            return ExitCodes.SUCCESS;
        } catch (SteeringException e) {
            return report(e, command);
        }
    }

    /** @return the configured command line, whose output can be redirected; UTF-8 whatever the platform's own charset */
    public static CommandLine commandLine() {
        Steer steer = new Steer();
        CommandLine command = new CommandLine(steer)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(new Runs(steer))
                .setParameterExceptionHandler(new Mistakes())
                .setExecutionExceptionHandler(new Failures());
        PlainValues.register(command);
        provideVersions(command);
        HelpText.fit(command, Terminal.columns());
        return command;
    }

    private static void provideVersions(CommandLine command) {
        for (CommandLine subcommand : command.getSubcommands().values()) {
            subcommand.getCommandSpec().versionProvider(new Version());
            provideVersions(subcommand);
        }
    }

    /** Runs the command, with what libraries log shown as far as it was asked for. */
    private int run(ParseResult parsed) {
        List<CommandLine> commands = parsed.asCommandLineList();
        CommandLine command = commands.get(commands.size() - 1);
        if (verbosity.isContradictory()) {
            throw new ParameterException(command, "--quiet and --verbose exclude each other: choose one.");
        }
        Warnings.take();
        Verbosity.use(verbosity.verbosity());
        long begun = System.nanoTime();
        LogLines log = new LogLines(command.getErr());
        if (Verbosity.current() == Verbosity.VERBOSE) {
            command.getErr()
                    .println("steer: " + command.getCommandSpec().root().version()[0] + ", Java " + Runtime.version()
                            + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        }
        try {
            return new WatchedRun().execute(parsed);
        } finally {
            if (Verbosity.current() == Verbosity.VERBOSE) {
                command.getErr().printf(Locale.ROOT, "steer: it took %.2f s%n", (System.nanoTime() - begun) / 1e9);
            }
            log.close();
            Verbosity.use(Verbosity.NORMAL);
        }
    }

    /** Expected failures get their message; anything else is a defect and gets its stack trace for the report. */
    private static int report(Exception e, CommandLine command) {
        PrintWriter err = command.getErr();
        ProgressBar.clearDrawn();
        if (e instanceof WrongUsage wrong) {
            return UsageErrors.report(PlainWords.of(Remedies.message(wrong)), command);
        }
        if (e instanceof SteeringException expected) {
            String message = hasRemedy(expected, command)
                    ? Remedies.message(expected, command.getCommandSpec())
                    : String.valueOf(expected.getMessage());
            err.println("steer: " + PlainWords.of(message) + (canInsist(e, command) ? " " + INSIST : ""));
        } else if (e instanceof UncheckedIOException unread) {
            err.println("steer: Cannot read or write: " + PlainWords.of(String.valueOf(unread.getCause())));
        } else if (e instanceof IOException unread) {
            err.println("steer: Cannot read or write: " + PlainWords.of(unread.toString()));
        } else {
            err.println("steer: an unexpected error; please report it with the command and these lines:");
            e.printStackTrace(err);
            return ExitCodes.FAILURE;
        }
        if (wantsStackTrace(command)) {
            e.printStackTrace(err);
        }
        return ExitCodes.FAILURE;
    }

    private static boolean wantsStackTrace(CommandLine command) {
        return command.getCommandSpec().root().userObject() instanceof Steer steer
                && steer.verbosity.verbosity() == Verbosity.VERBOSE;
    }

    /** Not every command has the option that would mend it. */
    private static boolean hasRemedy(SteeringException e, CommandLine command) {
        return e.remedy() != Remedy.OVERWRITE || command.getCommandSpec().findOption("--force") != null;
    }

    private static boolean canInsist(Exception e, CommandLine command) {
        return e instanceof WrongModel wrong
                && !wrong.part().equals(TargetModel.SIZE)
                && command.getCommandSpec().findOption(ANY_MODEL) != null;
    }

    /**
     * Runs a command; with a name, like {@link PlainValues}.
     *
     * @param steer has what was said about all commands
     */
    private record Runs(Steer steer) implements IExecutionStrategy {
        @Override
        public int execute(ParseResult parsed) {
            return steer.run(parsed);
        }
    }

    /** A command line that cannot be read; with a name, like {@link PlainValues}. */
    private static final class Mistakes implements IParameterExceptionHandler {
        @Override
        public int handleParseException(ParameterException e, String[] args) {
            return UsageErrors.report(e);
        }
    }

    /** Work that failed. */
    private static final class Failures implements IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(Exception e, CommandLine failed, ParseResult parsed) {
            return report(e, failed);
        }
    }

    /** Prints what was built, of which commit. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties built = new Properties();
            try (InputStream in = Steer.class.getResourceAsStream("version.properties")) {
                built.load(Objects.requireNonNull(in));
            }
            String commit = built.getProperty("commit", "");
            return new String[] {
                "steer " + built.getProperty("version"),
                "commit " + (commit.isEmpty() ? "unknown: not built in a Git repository by mvnw" : commit),
                "Java " + Runtime.version()
            };
        }
    }
}
