package dev.steering.bench.against;

import dev.steering.bench.BenchSettings;
import dev.steering.bench.Samples;
import dev.steering.bench.workload.Task.Case;
import dev.steering.bench.workload.Workload;
import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.ort.LanguageModel;
import java.util.List;

/**
 * Times a model and a command by turns, each once a round and one right after the other, every time beginning with the other one, so that
 * whatever makes the machine slower for a while makes both slower. The model waits while the command runs.
 */
public final class AgainstBench {
    /** The command has emptied the caches: the model runs so long before it is timed. */
    private static final double WARM_SECONDS = 0.5;

    private final Workload workload;
    private final RateCommand command;

    private AgainstBench(Workload workload, RateCommand command) {
        this.workload = workload;
        this.command = command;
    }

    /**
     * @param bundle the model
     * @param settings threads, rounds, weights, and the one task to compare, of which the plain variant is run
     * @param command what to compare with; it is run once more than there are rounds
     * @param progress told how far it has come
     * @return the figures
     * @throws SteeringException if the model or the command cannot be run, or the settings name several tasks
     */
    public static AgainstReport run(
            Bundle bundle, BenchSettings settings, RateCommand command, ProgressListener progress) {
        List<Case> plain = settings.cases().stream().map(Case::plain).distinct().toList();
        if (plain.size() != 1) {
            throw new BadRequest("A command is compared with one bench at a time, found " + plain.size() + ": "
                    + plain.stream().map(Case::name).toList() + ".");
        }
        Case bench = plain.get(0);
        if (bench.task().context() > bundle.manifest().context()) {
            throw new BadRequest("Nothing to time: " + bench.name() + " needs a context of "
                    + bench.task().context() + " tokens, that of "
                    + bundle.manifest().name() + " is "
                    + bundle.manifest().context() + ".");
        }
        WeightTraffic weights = WeightTraffic.of(
                bundle.file(bundle.manifest().graph()),
                bundle.manifest().signature().logits());
        try (LanguageModel model = LanguageModel.open(bundle, settings.runtime());
                Workload workload = bench.open(model, weights)) {
            return new AgainstBench(workload, command).run(bundle, settings, bench, progress);
        }
    }

    private AgainstReport run(Bundle bundle, BenchSettings settings, Case bench, ProgressListener progress) {
        int rounds = settings.repetitions();
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        double[] ratios = new double[rounds];
        progress.onProgress("warming up", 0, 1);
        command.run();
        ours();
        progress.onProgress("warming up", 1, 1);
        for (int round = 0; round < rounds; round++) {
            progress.onProgress("timing", round, rounds);
            if (round % 2 == 0) {
                ours[round] = ours();
                theirs[round] = command.run();
            } else {
                theirs[round] = command.run();
                ours[round] = ours();
            }
            ratios[round] = ours[round] / theirs[round];
        }
        progress.onProgress("timing", rounds, rounds);
        return new AgainstReport(
                bundle.manifest(),
                settings,
                bench.name(),
                command.command(),
                Samples.of(ours),
                Samples.of(theirs),
                Samples.of(ratios));
    }

    /** Tokens per second of one run. */
    private double ours() {
        long begin = System.nanoTime();
        do {
            workload.run();
        } while ((System.nanoTime() - begin) / 1e9 < WARM_SECONDS);
        long start = System.nanoTime();
        workload.run();
        return workload.tokens() * 1e9 / (System.nanoTime() - start);
    }
}
