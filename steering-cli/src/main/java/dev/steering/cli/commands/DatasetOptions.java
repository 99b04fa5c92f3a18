package dev.steering.cli.commands;

import dev.steering.eval.dataset.Dataset;
import dev.steering.eval.dataset.DatasetSpec;
import dev.steering.eval.dataset.Selection;
import java.util.List;
import picocli.CommandLine.Option;

/** Which prompts to evaluate on. */
final class DatasetOptions {
    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "[NAME=]FILE[:COLUMN][@comply|@refuse]",
            description = {
                "Prompts: .csv, .tsv, .jsonl or .txt. The layouts of XSTest, OKTest, AdvBench, TruthfulQA and OR-Bench say"
                        + " themselves what should be answered and what refused; other files need @comply or @refuse.",
                "Can be given several times; both sides must be there."
            })
    private List<String> datasets = List.of();

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = Numbers.Positive.class,
            description = "Most prompts of each set. Default: all.")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--shuffle", description = "Let --limit take random prompts instead of the first ones.")
    private boolean shuffle;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of --shuffle and of the random direction. Default: 0.")
    private long seed;

    List<Dataset> read() {
        return datasets.stream().map(DatasetSpec::parse).map(Dataset::read).toList();
    }

    Selection selection() {
        return new Selection(limit, shuffle, seed);
    }

    long seed() {
        return seed;
    }
}
