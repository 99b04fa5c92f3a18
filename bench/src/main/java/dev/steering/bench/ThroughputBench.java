package dev.steering.bench;

import dev.steering.bench.machine.MachineProbes;
import dev.steering.bench.machine.ProcessMemory;
import dev.steering.bench.workload.Speed;
import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Task.Case;
import dev.steering.bench.workload.Variant;
import dev.steering.bench.workload.Workload;
import dev.steering.bench.workload.ZeroSteering;
import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.instrument.file.ModelFile;
import dev.steering.export.instrument.file.WeightTable;
import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.RuntimeOptions.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Times a model against its machine.
 *
 * <p>Everything is opened and run until it is warm. Then every repetition times everything once, one after the other in one
 * process: the machine's arithmetic, its reading, and every case, the variants of a task next to each other and every time
 * beginning with another one. Whatever makes the machine slower for a while, such as a neighbour, makes all of them slower.
 */
public final class ThroughputBench {
    static final double WARM_SECONDS = 0.5;
    private static final String WARMING = "warming up";

    private final Bundle bundle;
    private final BenchSettings settings;
    private final ProgressListener progress;

    private ThroughputBench(Bundle bundle, BenchSettings settings, ProgressListener progress) {
        this.bundle = bundle;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * @param bundle the model
     * @param settings what to time and how often
     * @param progress told how far it has come
     * @return the figures
     * @throws SteeringException if the model cannot be run, or nothing of what was asked for fits its context
     */
    public static BenchReport run(Bundle bundle, BenchSettings settings, ProgressListener progress) {
        return run(bundle, settings, progress, plan -> {});
    }

    /**
     * @param bundle the model
     * @param settings what to time and how often
     * @param progress told how far it has come
     * @param announced told what will be timed and how long that takes, once the model has been run for the first time
     * @return the figures
     * @throws SteeringException if the model cannot be run, or nothing of what was asked for fits its context
     */
    public static BenchReport run(
            Bundle bundle, BenchSettings settings, ProgressListener progress, Consumer<BenchPlan> announced) {
        return new ThroughputBench(bundle, settings, progress).run(announced);
    }

    private BenchReport run(Consumer<BenchPlan> announced) {
        long start = System.nanoTime();
        Map<String, String> leftOut = new TreeMap<>();
        List<Case> fitting = fitting(leftOut);
        Path graph = bundle.file(bundle.manifest().graph());
        WeightTraffic weights =
                WeightTraffic.of(graph, bundle.manifest().signature().logits());
        WeightTable table = ModelFile.open(graph).weights();
        ZeroSteering projection = zeroProjection();
        boolean ownPeak = ProcessMemory.forgetPeak();
        @Nullable ProcessMemory before = ProcessMemory.now().orElse(null);
        try (LanguageModel model = LanguageModel.open(bundle, settings.runtime());
                OpenWorkloads open = new OpenWorkloads(model, weights)) {
            @Nullable ProcessMemory decoding = null;
            Case first = new Case(Task.DECODE_1, Variant.PLAIN);
            if (fitting.contains(first)) {
                progress.onProgress(WARMING, 0, fitting.size() + 1);
                open.warm(first);
                decoding = ownPeak ? ProcessMemory.now().orElse(null) : null;
            }
            Speed speed = Speed.of(model, weights);
            BenchPlan plan = BenchPlan.of(fitting, speed, settings, (System.nanoTime() - start) / 1e9);
            announced.accept(plan);
            leftOut.putAll(plan.leftOut());
            List<Case> cases = plan.cases();
            for (int i = 0; i < cases.size(); i++) {
                progress.onProgress(WARMING, i, cases.size() + 1);
                open.warm(cases.get(i));
            }
            progress.onProgress(WARMING, cases.size(), cases.size() + 1);
            MemoryFigures memory = new MemoryFigures(table.embeddedBytes() + table.externalBytes(), before, decoding);
            ZeroSteering zero = ZeroSteering.adding(model);
            try (MachineProbes probes = MachineProbes.open(settings.threads())) {
                progress.onProgress(WARMING, cases.size() + 1, cases.size() + 1);
                double left = settings.minutes() == 0
                        ? Double.POSITIVE_INFINITY
                        : 60.0 * settings.minutes() - (System.nanoTime() - start) / 1e9;
                Rounds rounds = Rounds.time(probes, open.workloads, settings.repetitions(), left, progress);
                return rounds.report(bundle.manifest(), weights, settings, memory, zero, projection, leftOut);
            }
        }
    }

    /** In a model of its own, closed before anything is timed: its second graph would take as much memory again. */
    private ZeroSteering zeroProjection() {
        try (LanguageModel model =
                LanguageModel.open(bundle, settings.withWeights(Weights.MAPPED).runtime())) {
            return ZeroSteering.projecting(model);
        }
    }

    /** What is timed, closed together. */
    private static final class OpenWorkloads implements AutoCloseable {
        private final LanguageModel model;
        private final WeightTraffic weights;
        private final Map<Case, Workload> workloads = new LinkedHashMap<>();

        OpenWorkloads(LanguageModel model, WeightTraffic weights) {
            this.model = model;
            this.weights = weights;
        }

        void warm(Case c) {
            if (workloads.containsKey(c)) {
                return;
            }
            Workload workload = c.open(model, weights);
            workloads.put(c, workload);
            long start = System.nanoTime();
            do {
                workload.run();
            } while ((System.nanoTime() - start) / 1e9 < WARM_SECONDS);
        }

        @Override
        public void close() {
            workloads.values().forEach(Workload::close);
        }
    }

    private List<Case> fitting(Map<String, String> leftOut) {
        int context = bundle.manifest().context();
        List<Case> cases = new ArrayList<>();
        for (Case c : settings.cases()) {
            if (c.task().context() <= context) {
                cases.add(c);
            } else {
                leftOut.put(c.name(), "needs a context of " + c.task().context() + " tokens, the model has " + context);
            }
        }
        if (cases.isEmpty()) {
            throw new BadRequest("Nothing to time: the context of "
                    + bundle.manifest().name() + " is " + context + " tokens, " + leftOut.keySet() + " need more.");
        }
        return cases;
    }
}
