package dev.steering.cli.commands;

import dev.steering.cli.prompts.ContrastFiles;
import dev.steering.cli.prompts.Remarks;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Prompt;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How prompt files are read. */
final class PromptFileMixin {
    static final String LABEL = "FILE[:COLUMN][@comply|@refuse][@label=COLUMN:VALUE][?COLUMN=VALUE]";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description =
                    "Column or field that holds the prompt in all files without a :COLUMN. Default: that of the file's"
                            + " layout, or prompt.")
    private @Nullable String column;

    @Mixin
    private BalanceMixin balance = new BalanceMixin();

    ContrastFiles read(List<String> harmful, List<String> harmless) {
        List<DatasetSpec> refuse = harmful.stream().map(this::spec).toList();
        List<DatasetSpec> comply = harmless.stream().map(this::spec).toList();
        requireOnce(Stream.concat(refuse.stream(), comply.stream()));
        ContrastFiles files = ContrastFiles.read(refuse, comply, balance.reader(), remarks());
        List<List<Prompt>> even = balance.balanced(List.of(files.harmful(), files.harmless()));
        return new ContrastFiles(even.get(0), even.get(1));
    }

    /** How many and which prompts are read, for a command that needs the same ones. */
    String again() {
        return (column == null ? "" : " --column " + ShellWord.quoted(column)) + balance.again();
    }

    /** Prompts that should be answered: of a file with both sides, those. */
    List<Prompt> answered(List<String> files) {
        return side(files, Expectation.COMPLY);
    }

    /** Prompts that should be refused: of a file with both sides, those. */
    List<Prompt> refused(List<String> files) {
        return side(files, Expectation.REFUSE);
    }

    private List<Prompt> side(List<String> files, Expectation side) {
        return files.stream()
                .flatMap(file -> balance.reader().readSide(spec(file), side).prompts().stream())
                .toList();
    }

    /** Classes of one size, if that was asked for. */
    List<List<Prompt>> even(List<List<Prompt>> classes) {
        return balance.balanced(classes);
    }

    /** Standard input is empty when it is read again. */
    static void requireOnce(Stream<DatasetSpec> files) {
        if (files.filter(DatasetSpec::isStandardInput).count() > 1) {
            throw new WrongUsage("Standard input, -, can be read once only: give files for the other prompts.");
        }
    }

    private DatasetSpec spec(String text) {
        DatasetSpec read = WrongUsage.in(() -> DatasetSpec.parse(text));
        if (column == null) {
            return read;
        }
        if (read.column() != null) {
            throw new ParameterException(
                    spec.commandLine(), "'" + text + "' and --column both name a column: leave one out.");
        }
        return read.withColumn(column);
    }

    Remarks remarks() {
        return new Remarks(spec.commandLine().getErr());
    }
}
