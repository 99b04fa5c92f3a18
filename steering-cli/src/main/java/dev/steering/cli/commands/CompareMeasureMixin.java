package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.eval.ComparisonSettings.Measured;
import dev.steering.eval.capability.CapabilityFile;
import dev.steering.eval.capability.CapabilityTask;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.judge.RefusalRules;
import dev.steering.eval.judge.StringListJudge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a comparison measures beside refusals by its own judge. */
final class CompareMeasureMixin {
    @Option(
            names = "--other-judges",
            split = ",",
            paramLabel = "JUDGE",
            description = "Published lists that judge the test answers too, separated by commas: scans, dro, xstest.")
    private List<String> otherJudges = List.of();

    @Option(names = "--perplexity", paramLabel = "FILE", description = "Measure the perplexity of this UTF-8 text.")
    private @Nullable Path perplexity;

    @Option(
            names = "--capability",
            paramLabel = "[NAME=]FILE",
            description =
                    "Questions with known answers in the layout of MMLU, TruthfulQA's multiple choice or GSM8K: asked without examples."
                            + " --limit holds for them, too. Can be given several times.")
    private List<String> capability = List.of();

    @Option(
            names = "--cost-rounds",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Rounds in which costs per token are measured; 0 for none. Default: 5.")
    private int costRounds = 5;

    @Option(
            names = "--curve-kl",
            description =
                    "Measure the divergence at every strength of the curves too, for their charts. Takes about as long as the answers to"
                            + " harmless development prompts.")
    private boolean curves;

    void validate() {
        for (String judge : otherJudges) {
            if (!RefusalRules.publishedNames().contains(judge)) {
                throw new WrongUsage("--other-judges: there is no list '" + judge + "', expected some of "
                        + RefusalRules.publishedNames() + ".");
            }
        }
        if (new LinkedHashSet<>(otherJudges).size() != otherJudges.size()) {
            throw new WrongUsage("--other-judges names a judge twice: " + String.join(",", otherJudges) + ".");
        }
    }

    List<ExchangeJudge> otherJudges() {
        return otherJudges.stream()
                .map(judge -> ExchangeJudge.of(judge + "'s list", new StringListJudge(RefusalRules.published(judge))))
                .toList();
    }

    /** @param limit most questions of each task */
    List<CapabilityTask> tasks(int limit) {
        List<CapabilityTask> tasks = new ArrayList<>();
        for (String text : capability) {
            DatasetSpec file = DatasetSpec.parse(text);
            CapabilityFile.read(file.name(), file.file()).forEach(task -> tasks.add(task.limited(limit)));
        }
        return tasks;
    }

    Measured measured() {
        return new Measured(perplexity == null ? null : EvalCommand.readText(perplexity), costRounds, curves);
    }
}
