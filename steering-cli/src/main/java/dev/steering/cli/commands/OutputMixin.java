package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.cli.json.Envelope;
import dev.steering.cli.prompts.Remarks;
import dev.steering.cli.terminal.StandardOutput;
import dev.steering.cli.terminal.Verbosity;
import dev.steering.cli.terminal.Warnings;
import dev.steering.core.BadFile;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.files.OutputRule;
import dev.steering.model.chat.ChatSigns;
import dev.steering.model.tokenizer.OtherTokenizers;
import dev.steering.model.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Where a command's words go. Without {@code --json} results and notes are text on standard output; with it the result is JSON there,
 * and nothing else is: notes go to standard error. Warnings go to standard error always, and into the JSON. {@code --quiet} leaves
 * notes out. A {@link Mixin} of every command that prints a result.
 */
final class OutputMixin {
    private static final String TOKENIZER = "tokenizer.json";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--json",
            description =
                    "Print the result as JSON, one object a line, as docs/json.md describes it; nothing else is on"
                            + " standard output.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /** Where a result for people goes. */
    PrintWriter text() {
        return json ? nowhere() : spec.commandLine().getOut();
    }

    /** Where what is said beside the result goes: how far it is, where files are, what to do next. */
    PrintWriter notes() {
        if (Verbosity.current() == Verbosity.QUIET) {
            return nowhere();
        }
        return json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    }

    /** Says what makes the result doubtful. */
    void warn(String warning) {
        warn(spec, warning);
    }

    /** Without a tokenizer a model answers nothing; a chat model without its template answers otherwise than it was taught to. */
    void warnOfMissing(Bundle bundle) {
        warnOfTokenizer(bundle.directory());
        String sign = ChatSigns.withoutTemplate(bundle);
        if (sign != null) {
            warn(bundle.directory() + " seems to be a chat model (" + sign
                    + "), but has no chat template: prompts are used as they are. Put its chat_template.jinja there, or give it to"
                    + " every command with --template.");
        }
    }

    private void warnOfTokenizer(Path bundle) {
        try {
            Tokenizer.open(bundle.resolve(TOKENIZER)).close();
        } catch (BadFile e) {
            warn(bundle + " cannot be asked anything: " + e.getMessage());
        }
    }

    /** Refuses a checkpoint with a tokenizer that cannot be read or is of another library, before anything is written. */
    static void requireTokenizer(Path checkpoint) {
        Path file = checkpoint.resolve(TOKENIZER);
        if (Files.isRegularFile(file) || OtherTokenizers.advice(checkpoint) != null) {
            Tokenizer.open(file).close();
        }
    }

    /** The same of what the text for people says in its place already. */
    void warnPrograms(String warning) {
        if (json) {
            warn(warning.replaceFirst("^Warning: ", ""));
        }
    }

    static void warn(CommandSpec spec, String warning) {
        new Remarks(spec.commandLine().getErr()).warn(warning);
    }

    /** Says what a user should know and need not act on. */
    static void note(CommandSpec spec, String note) {
        new Remarks(spec.commandLine().getErr()).note(note);
    }

    /**
     * What a command may write over whose outputs cannot be of another kind.
     *
     * @param outputs options that name them
     */
    OutputRule rule(String... outputs) {
        return OutputRuleMixin.rule(spec, false, outputs);
    }

    /** What is to be said about prompts. */
    Remarks remarks() {
        return new Remarks(spec.commandLine().getErr());
    }

    /**
     * Prints a result for programs if that was asked for.
     *
     * @param result makes its keys; not called otherwise
     */
    void print(Supplier<ObjectNode> result) {
        if (json) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(Envelope.line(version(), command(), result.get(), Warnings.take()));
            StandardOutput.requireArrived(out);
        }
    }

    /** As {@code steer --version} has it, without the name. */
    private String version() {
        return spec.root().version()[0].replaceFirst("^steer ", "");
    }

    /** With its parents' names, without the program's: {@code vector add}. */
    private String command() {
        return spec.qualifiedName().replaceFirst("^" + spec.root().name() + " ", "");
    }

    private static PrintWriter nowhere() {
        return new PrintWriter(Writer.nullWriter());
    }
}
