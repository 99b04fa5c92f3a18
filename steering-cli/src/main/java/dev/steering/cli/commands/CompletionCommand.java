package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Print a script that lets the shell complete steer's commands, options, values and file names.",
            "",
            "Example:  source <(steer completion bash)                      # this shell; in ~/.bashrc: every one",
            "          source <(steer completion zsh)                       # the same for zsh, after compinit",
            "          steer completion bash > ~/.local/share/bash-completion/completions/steer"
        })
public final class CompletionCommand implements Callable<Integer> {
    private static final String NAME = "steer";

    /** Makes zsh read completions that were written for bash; does nothing in another shell. */
    private static final String ZSH_HEADER =
            """
            #compdef steer
            autoload -Uz +X compinit bashcompinit
            (( $+functions[compdef] )) || compinit
            bashcompinit
            """;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    /** Shells whose completion is known. */
    enum Shell {
        BASH,
        ZSH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String script = AutoComplete.bash(NAME, spec.root().commandLine());
        if (shell == Shell.ZSH) {
            out.print(ZSH_HEADER);
        }
        out.print(script);
        out.flush();
        return ExitCodes.SUCCESS;
    }
}
