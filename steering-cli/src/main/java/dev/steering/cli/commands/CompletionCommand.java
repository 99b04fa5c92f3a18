package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Print a script that lets the shell complete steer's commands, options, values and file names.",
            "",
            "Example:  source <(steer completion bash)       # in this shell; the same line in ~/.bashrc: in every one",
            "          source <(steer completion zsh)        # the same for zsh and ~/.zshrc",
            "          steer completion bash > ~/.local/share/bash-completion/completions/steer"
        })
public final class CompletionCommand implements Callable<Integer> {
    private static final String NAME = "steer";

    /** The script itself is one that bash reads and zsh reads like bash, for which zsh's completion system has to be there first. */
    private static final String ZSH_HEADER =
            """
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u; }
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
        sayWords(spec.root());
        String script = AutoComplete.bash(NAME, spec.root().commandLine());
        if (shell == Shell.ZSH) {
            out.print(ZSH_HEADER);
        }
        out.print(script);
        out.flush();
        return ExitCodes.SUCCESS;
    }

    /** Completes words as they are typed: not constants as Java names them, nor what the help explains in brackets behind a word. */
    private static void sayWords(CommandSpec command) {
        for (OptionSpec option : List.copyOf(command.options())) {
            List<String> words = words(option);
            if (option.group() == null && !words.isEmpty()) {
                command.remove(option);
                command.addOption(OptionSpec.builder(option)
                        .completionCandidates(words)
                        // picocli names a variable after it: those of two options must not be one.
                        .paramLabel(option.longestName())
                        .build());
            }
        }
        command.subcommands().values().forEach(subcommand -> sayWords(subcommand.getCommandSpec()));
    }

    private static List<String> words(OptionSpec option) {
        List<String> words = new ArrayList<>();
        if (option.typeInfo().isEnum()) {
            option.typeInfo()
                    .getEnumConstantNames()
                    .forEach(name -> words.add(name.toLowerCase(Locale.ROOT).replace('_', '-')));
        } else if (option.completionCandidates() != null) {
            option.completionCandidates().forEach(word -> words.add(word.replaceFirst(" \\(.*", "")));
        }
        return words;
    }
}
