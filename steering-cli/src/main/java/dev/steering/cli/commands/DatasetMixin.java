package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.PromptSet;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** Which prompts to evaluate on. */
final class DatasetMixin {
    static final String LABEL = "[NAME=]FILE[:COLUMN][@comply|@refuse][@label=COLUMN:VALUE][?COLUMN=VALUE]";
    /** Of prompts whose side the option says. */
    static final String SIDED_LABEL = "[NAME=]FILE[:COLUMN]";

    static final String FORMATS =
            "Prompts: .csv, .tsv, .jsonl, .json, .parquet or .txt, or - for lines of standard input. Published layouts (XSTest, OKTest, AdvBench,"
                    + " HarmBench, OR-Bench and others: docs/prompts.md) and columns of labels say themselves what should be"
                    + " answered and what refused, and @comply or @refuse chooses; other files need one of the two."
                    + " @label=COLUMN:VALUE takes rows with that value, ?COLUMN=VALUE filters: quote them for the shell.";

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = LABEL,
            description = {FORMATS, "Can be given several times; both sides must be there."})
    private List<String> datasets = List.of();

    List<PromptSet> read(DatasetReader reader, PrintWriter out) {
        return read(datasets, "--dataset", reader, out);
    }

    /**
     * Reads datasets and says what was read.
     *
     * @param datasets datasets as users write them
     * @param option the option that they were given with
     * @param reader reads them
     * @param out told what was read
     * @throws SteeringException if one cannot be read, or two sets have one name
     */
    static List<PromptSet> read(List<String> datasets, String option, DatasetReader reader, PrintWriter out) {
        List<DatasetSpec> specs =
                WrongUsage.in(() -> datasets.stream().map(DatasetSpec::parse).toList());
        PromptFileMixin.requireOnce(specs.stream());
        List<Dataset> read = specs.stream().map(reader::read).toList();
        read.forEach(dataset -> out.println(dataset.describe()));
        out.flush();
        List<PromptSet> sets = read.stream().flatMap(d -> d.sets().stream()).toList();
        List<String> names = sets.stream().map(PromptSet::name).toList();
        names.stream()
                .filter(name -> names.indexOf(name) != names.lastIndexOf(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new WrongUsage("Two datasets are named '" + name + "': give one another name, as in " + option
                            + " NAME=FILE.");
                });
        return sets;
    }
}
