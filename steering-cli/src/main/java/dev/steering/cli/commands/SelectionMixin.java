package dev.steering.cli.commands;

import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.prompts.Sample;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.Selection;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which prompts of each set take part. */
final class SelectionMixin {
    @Mixin
    private BalanceMixin balance = new BalanceMixin();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of what is random: --shuffle, and a method's random direction. Default: 0.")
    private long seed;

    /** Reads the prompts that are chosen, and no others. */
    DatasetReader reader() {
        return balance.reader();
    }

    /** The same choice, of what {@link #reader} does not read. */
    Selection selection() {
        Sample sample = balance.sample();
        return new Selection(sample.limit(), sample.shuffle(), sample.seed());
    }

    /**
     * @param sets what {@link #reader} has read
     * @return the prompts to ask
     */
    List<EvalItem> items(List<PromptSet> sets) {
        return Selection.ALL.of(even(sets));
    }

    /**
     * @param sets what {@link #reader} has read
     * @return them, cut to one size if that was asked for
     */
    List<PromptSet> even(List<PromptSet> sets) {
        List<List<Prompt>> rows =
                balance.balanced(sets.stream().map(PromptSet::rows).toList());
        List<PromptSet> even = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            even.add(new PromptSet(sets.get(i).name(), sets.get(i).expectation(), rows.get(i)));
        }
        return even;
    }

    long seed() {
        return seed;
    }
}
