package dev.steering.cli;

import dev.steering.cli.commands.BenchCommand;
import dev.steering.cli.commands.ChartCommand;
import dev.steering.cli.commands.ChatCommand;
import dev.steering.cli.commands.CheckCommand;
import dev.steering.cli.commands.CompletionCommand;
import dev.steering.cli.commands.DemoCommand;
import dev.steering.cli.commands.EvalCommand;
import dev.steering.cli.commands.ExportCommand;
import dev.steering.cli.commands.ExtractCommand;
import dev.steering.cli.commands.GenerateCommand;
import dev.steering.cli.commands.InspectCommand;
import dev.steering.cli.commands.InstrumentCommand;
import dev.steering.cli.commands.JudgeCommand;
import dev.steering.cli.commands.LayersCommand;
import dev.steering.cli.commands.MethodsCommand;
import dev.steering.cli.commands.SweepCommand;
import dev.steering.cli.commands.TemplateCommand;
import dev.steering.cli.commands.TuneAcdCommand;
import dev.steering.cli.commands.VerbosityMixin;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LogLines;
import dev.steering.cli.terminal.Remedies;
import dev.steering.cli.terminal.StandardOutput;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.cli.terminal.Warnings;
import dev.steering.core.SteeringException;
import dev.steering.core.WrongModel;
import dev.steering.core.vector.TargetModel;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

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
            LayersCommand.class,
            TuneAcdCommand.class,
            ChartCommand.class,
            MethodsCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            EvalCommand.class,
            SweepCommand.class,
            JudgeCommand.class,
            BenchCommand.class,
            DemoCommand.class,
            CompletionCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:the work failed or a check did not pass; the message says what to do",
            "2:the command line is wrong"
        })
public final class Steer {
    private static final String ANY_MODEL = "--any-model";
    private static final String INSIST = "Or pass " + ANY_MODEL + " to use it all the same.";

    @Mixin
    private VerbosityMixin verbosity = new VerbosityMixin();

    private Steer() {}

    /** @param args command-line arguments */
    public static void main(String[] args) {
        System.exit(execute(args));
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
        return new CommandLine(steer)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(110)
                .setExecutionStrategy(steer::run)
                .setExecutionExceptionHandler((e, command, parsed) -> report(e, command));
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
                    .println("steer: " + new Version().getVersion()[0] + ", Java " + Runtime.version() + ", "
                            + Runtime.getRuntime().availableProcessors() + " processors");
        }
        try {
            return new RunLast().execute(parsed);
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
        if (e instanceof SteeringException expected) {
            err.println("steer: " + Remedies.message(expected) + (canInsist(e, command) ? " " + INSIST : ""));
        } else if (e instanceof UncheckedIOException) {
            err.println("steer: " + e.getMessage());
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

    private static boolean canInsist(Exception e, CommandLine command) {
        return e instanceof WrongModel wrong
                && !wrong.part().equals(TargetModel.SIZE)
                && command.getCommandSpec().findOption(ANY_MODEL) != null;
    }

    /** Prints the version of the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Steer.class.getPackage().getImplementationVersion();
            return new String[] {"steer " + (version == null ? "(development build)" : version)};
        }
    }
}
