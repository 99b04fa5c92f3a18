package dev.steering.cli.commands;

import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.AtomicFiles;
import dev.steering.eval.saved.SavedRun;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it was given, to be given again. */
final class GivenCommand {
    private GivenCommand() {}

    static String line(CommandSpec spec) {
        return "steer "
                + spec.root().commandLine().getParseResult().originalArgs().stream()
                        .map(ShellWord::quoted)
                        .collect(Collectors.joining(" "));
    }

    /** Leaves it beside a run's results, for whoever asks how they came to be. */
    static void keep(CommandSpec spec, Path directory) {
        AtomicFiles.writeText(directory.resolve(SavedRun.COMMAND), line(spec) + "\n");
    }
}
